// SPDX-License-Identifier: Apache-2.0
//
// Mails each report through a mail server. A login is never sent without TLS,
// and then the server's certificate is verified; without a login TLS is used
// when the server offers it. Passwords never reach the log.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/deliver/footer.h"
#include "exporter/deliver/sink.h"
#include "exporter/deliver/smtp_server.h"

namespace ipband {

class SmtpSink : public Sink {
 public:
  explicit SmtpSink(MailOptions options);  // throws Error

  Attempt Deliver(const Document& document, std::stop_token stop) override;

 private:
  // All recipients or, with `some`, those that the server takes.
  Attempt Send(const std::string& mail, bool some, const std::stop_token& stop);

  const MailOptions options_;
  const SmtpServer server_;
  const std::string host_;  // this machine
  const std::vector<std::string> recipients_;
  Footer footer_;
};

}  // namespace ipband
