// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/smtp_sink.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "exporter/deliver/curl_transfer.h"
#include "exporter/deliver/mail_text.h"
#include "exporter/log.h"

namespace ipband {
namespace {

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') {
    return "localhost";
  }
  return name.data();
}

size_t ReadMail(char* buffer, size_t size, size_t count, void* mail) {
  std::string_view& rest = *static_cast<std::string_view*>(mail);
  const size_t taken = std::min(rest.size(), size * count);
  std::copy_n(rest.begin(), taken, buffer);
  rest.remove_prefix(taken);
  return taken;
}

void SetSecurity(CurlTransfer& transfer, const SmtpServer& server) {
  if (server.has_login()) {
    transfer.Set(CURLOPT_USERNAME, server.user.c_str());
    transfer.Set(CURLOPT_PASSWORD, server.password.c_str());
    transfer.Set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  } else if (!server.is_tls()) {
    // Whoever could pretend to be the server could as well not offer TLS: an
    // unknown certificate, as most local servers have, is better than none.
    transfer.Set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
    transfer.Set(CURLOPT_SSL_VERIFYPEER, 0L);
    transfer.Set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

Attempt AttemptOf(const CurlTransfer::Outcome& outcome) {
  if (outcome.code == CURLE_OK) return {};
  // A login that fails is no fault of this mail.
  const bool refused = outcome.status >= 500 && outcome.status < 600 &&
                       outcome.code != CURLE_LOGIN_DENIED;
  return refused ? Attempt::Refused(outcome.error)
                 : Attempt::Retry(outcome.error);
}

}  // namespace

SmtpSink::SmtpSink(MailOptions options)
    : options_(std::move(options)),
      server_(ParseSmtpServer(options_.smtp)),
      host_(HostName()),
      recipients_(BareAddresses(options_.to)),
      footer_(options_.footer) {}

Attempt SmtpSink::Deliver(const Document& document, std::stop_token stop) {
  if (recipients_.empty()) return Attempt::Refused("no usable mail address");
  const std::string mail =
      ServerMail(options_, document, footer_.Read(), host_);
  Attempt all = Send(mail, false, stop);
  if (all.result != Attempt::Result::kRefused || recipients_.size() == 1) {
    return all;
  }
  // One wrong address must not keep the report from the others.
  Attempt some = Send(mail, true, stop);
  if (some.result == Attempt::Result::kDelivered) {
    Log(LogLevel::kWarn, "deliver", "a mail did not reach all recipients",
        {{"sink", "mail"}, {"err", all.error}});
  }
  return some;
}

Attempt SmtpSink::Send(const std::string& mail, bool some,
                       const std::stop_token& stop) {
  CurlTransfer transfer(options_.timeout, stop);
  transfer.Set(CURLOPT_URL, server_.url.c_str());
  transfer.Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  SetSecurity(transfer, server_);
  transfer.Set(CURLOPT_MAIL_FROM, EnvelopeFrom(options_, host_).c_str());
  for (const std::string& recipient : recipients_) {
    transfer.AddTo(CURLOPT_MAIL_RCPT, recipient);
  }
  transfer.Set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, some ? 1L : 0L);
  std::string_view rest = mail;
  transfer.Set(CURLOPT_UPLOAD, 1L);
  transfer.Set(CURLOPT_READFUNCTION, &ReadMail);
  transfer.Set(CURLOPT_READDATA, &rest);
  transfer.Set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size()));
  return AttemptOf(transfer.Perform());
}

}  // namespace ipband
