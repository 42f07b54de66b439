// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/mta_sink.h"

#include <sys/wait.h>
#include <sysexits.h>

#include <algorithm>
#include <utility>

#include "exporter/deliver/child_process.h"
#include "exporter/deliver/mail_text.h"

namespace ipband {
namespace {

Attempt ExitAttempt(int status) {
  if (WIFSIGNALED(status)) {
    return Attempt::Retry("killed by signal " +
                          std::to_string(WTERMSIG(status)));
  }
  const int code = WEXITSTATUS(status);
  const std::string text = "exit status " + std::to_string(code);
  switch (code) {
    case EX_OK:
      return {};
    case EX_USAGE:
    case EX_DATAERR:
    case EX_NOUSER:
    case EX_NOHOST:
      return Attempt::Refused(text);
    default:
      return Attempt::Retry(text);
  }
}

}  // namespace

// ipband: split at blanks, quotes and `$` are literal.
std::vector<std::string> SplitCommand(std::string_view command) {
  std::vector<std::string> words;
  while (!command.empty()) {
    const size_t blank = std::min(command.find(' '), command.size());
    if (blank > 0) words.emplace_back(command.substr(0, blank));
    command.remove_prefix(std::min(blank + 1, command.size()));
  }
  return words;
}

MtaSink::MtaSink(MailOptions options)
    : options_(std::move(options)),
      arguments_(SplitCommand(options_.command)),
      footer_(options_.footer) {}

// ipband: waited for the command without limit, did not look at its exit
// status, and ended when it could not be run.
Attempt MtaSink::Deliver(const Document& document, std::stop_token stop) {
  if (arguments_.empty()) return Attempt::Refused("the mail command is empty");
  const auto deadline = std::chrono::steady_clock::now() + options_.timeout;
  const std::string mail = CommandMail(options_, document, footer_.Read());
  ChildProcess command;
  if (const std::error_code error = command.Start(arguments_)) {
    return Attempt::Retry("cannot run " + arguments_.front() + ": " +
                          error.message());
  }
  const std::optional<int> status = command.Feed(mail, deadline, stop);
  if (status) return ExitAttempt(*status);
  return Attempt::Retry(
      stop.stop_requested()
          ? "killed because the program ends"
          : "killed after " + std::to_string(options_.timeout.count()) + " s");
}

}  // namespace ipband
