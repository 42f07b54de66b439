// SPDX-License-Identifier: Apache-2.0
#include "exporter/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "exporter/config/wording.h"

namespace ipband {
namespace {

// "-" is standard output.
bool IsFile(const std::string& name) { return !name.empty() && name != "-"; }

void MakeAbsolute(std::string& name) {
  if (name.empty()) return;
  name = std::filesystem::absolute(name).lexically_normal();
}

// For a name that strftime(3) fills in: the folder stands for itself.
void MakeDumpAbsolute(std::string& name) {
  if (name.starts_with('/')) return;
  std::string folder;
  for (const char c : std::filesystem::current_path().string()) {
    folder.append(c == '%' ? 2 : 1, c);
  }
  name = folder + (folder.ends_with('/') ? "" : "/") + name;
}

// The folders of a dump's name before the first that has a conversion in it.
std::filesystem::path FixedFolder(const std::string& name) {
  std::string fixed;
  size_t folder_end = 1;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && name.substr(i + 1, 1) != "%") break;
    if (name[i] == '%') ++i;
    if (name[i] == '/') folder_end = fixed.size() + 1;
    fixed += name[i];
  }
  return fixed.substr(0, folder_end);
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

// Why no report can be kept in the directory, which is made if it is not there.
std::string DirectoryRefusal(const std::string& name) {
  const std::filesystem::path directory = name;
  std::error_code error;
  const bool exists = std::filesystem::exists(directory, error);
  return Refusal((exists ? directory : directory.parent_path()) / ".",
                 W_OK | X_OK);
}

// Why no dump can be written; missing folders are made.
std::string DumpRefusal(const std::string& name) {
  std::filesystem::path folder = FixedFolder(name);
  struct stat status {};
  while (stat(folder.c_str(), &status) != 0 && errno == ENOENT &&
         folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return Refusal(folder / ".", W_OK | X_OK);
}

// Why the mail command cannot be run. One without a slash is looked for in
// PATH, when it is run.
std::string CommandRefusal(const std::string& command) {
  const std::string program = command.substr(0, command.find(' '));
  if (program.find('/') == program.npos) return "";
  return Refusal(program, X_OK);
}

std::string AtPresent(const std::string& key, const std::string& name,
                      const std::string& what, const std::string& why) {
  return key + ": " + name + " cannot be " + what + " at present: " + why;
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
  MakeAbsolute(config.web.config_file);
  for (MeterConfig& meter : config.meters) MakeDumpAbsolute(meter.dump.file);
}

void KeepOutputs(const NamedOutputs& named, ReportOptions& reports) {
  reports.directory.clear();
  reports.json.clear();
  reports.webhook.url.clear();
  if (!named.text) reports.text.clear();
  if (!named.html) reports.html.clear();
  if (!named.mail) reports.mail.to.clear();
}

bool ChangesUser(const std::string& user) {
  return !user.empty() && geteuid() == 0;
}

// ipband: saw it when the first report was due, and ended; with a footer or a
// mail command that is not there it said nothing.
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
    warnings.push_back(AtPresent(output.key, output.name, "written", why));
  }
  // Below the storage path it is the storage that is looked at.
  if (reports.directory.starts_with('/')) {
    const std::string why = DirectoryRefusal(reports.directory);
    if (!why.empty()) {
      warnings.push_back(
          AtPresent("reports.directory", reports.directory, "written", why));
    }
  }
  const MailOptions& mail = reports.mail;
  if (!mail.to.empty() && !mail.command.empty()) {
    const std::string why = CommandRefusal(mail.command);
    if (!why.empty()) {
      warnings.push_back(
          AtPresent("reports.mail.command", mail.command, "run", why));
    }
  }
  if (!mail.to.empty() && !mail.footer.empty()) {
    const std::string why = Refusal(mail.footer, R_OK);
    if (!why.empty()) {
      warnings.push_back(
          AtPresent("reports.mail.footer", mail.footer, "read", why));
    }
  }
  for (const MeterConfig& meter : config.meters) {
    const std::string why = DumpRefusal(meter.dump.file);
    if (why.empty()) continue;
    warnings.push_back(AtPresent("meter " + Quote(meter.meter.name),
                                 meter.dump.file, "written", why));
  }
  return warnings;
}

}  // namespace ipband
