// SPDX-License-Identifier: Apache-2.0
//
// Mails each report through a command that reads a mail on its standard input,
// such as sendmail. No shell: the command is split at blanks and nothing else.
// It gets no descriptor of ours but its standard input, and is killed with all
// it started when the time is over. SIGPIPE must be ignored by the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/deliver/footer.h"
#include "exporter/deliver/sink.h"

namespace ipband {

class MtaSink : public Sink {
 public:
  explicit MtaSink(MailOptions options);

  Attempt Deliver(const Document& document, std::stop_token stop) override;

 private:
  const MailOptions options_;
  const std::vector<std::string> arguments_;
  Footer footer_;
};

// "sendmail  -t" has two; quotes and `$` mean nothing.
std::vector<std::string> SplitCommand(std::string_view command);

}  // namespace ipband
