// SPDX-License-Identifier: Apache-2.0
#include "exporter/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ipband {
namespace {

// "-" is standard output.
bool IsFile(const std::string& name) { return !name.empty() && name != "-"; }

void MakeAbsolute(std::string& name) {
  if (name.empty()) return;
  name = std::filesystem::absolute(name).lexically_normal();
}

// As the user the program acts for; empty if the access is granted.
std::string Refusal(const std::string& name, int mode) {
  if (faccessat(AT_FDCWD, name.c_str(), mode, AT_EACCESS) == 0) return "";
  return std::strerror(errno);
}

// Why the file cannot be written; empty if it can.
std::string WriteRefusal(const std::string& name, bool is_replaced) {
  struct stat status {};
  const bool exists = stat(name.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return std::strerror(EISDIR);
  const bool makes_file = !exists || (is_replaced && S_ISREG(status.st_mode));
  if (!makes_file) return Refusal(name, W_OK);
  const std::filesystem::path folder =
      std::filesystem::path(name).parent_path();
  // The dot tells a folder from a file of this name.
  return Refusal(folder / ".", W_OK | X_OK);
}

}  // namespace

// ipband: with -F, relative names were taken from the root directory.
void MakePathsAbsolute(Config& config) {
  ReportOptions& reports = config.reports;
  for (std::string* name : {&reports.text, &reports.json, &reports.html}) {
    if (IsFile(*name)) MakeAbsolute(*name);
  }
  MakeAbsolute(reports.mail.footer);
  MakeAbsolute(config.storage.path);
}

// ipband: saw it when the first report was due, and ended; with a footer that
// is not there it said nothing.
std::vector<std::string> CheckOutputs(const Config& config) {
  struct Output {
    const char* key;
    const std::string& name;
    bool is_replaced;  // by rename, which asks for the folder
  };
  const ReportOptions& reports = config.reports;
  const Output outputs[] = {{"reports.text", reports.text, false},
                            {"reports.json", reports.json, false},
                            {"reports.html", reports.html, true}};
  std::vector<std::string> warnings;
  for (const Output& output : outputs) {
    if (!IsFile(output.name)) continue;
    const std::string why = WriteRefusal(output.name, output.is_replaced);
    if (why.empty()) continue;
    warnings.push_back(std::string(output.key) + ": " + output.name +
                       " cannot be written at present: " + why);
  }
  const MailOptions& mail = reports.mail;
  if (!mail.to.empty() && !mail.footer.empty()) {
    const std::string why = Refusal(mail.footer, R_OK);
    if (!why.empty()) {
      warnings.push_back("reports.mail.footer: " + mail.footer +
                         " cannot be read at present: " + why);
    }
  }
  return warnings;
}

}  // namespace ipband
