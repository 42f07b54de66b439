// SPDX-License-Identifier: Apache-2.0
//
// Lays out mails. Pure functions: no clock, no files, no log. Values become
// header fields of one line each, whatever they contain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/deliver/document.h"

namespace ipband {

// For a mail command, which adds what is missing: lines end with \n.
std::string CommandMail(const MailOptions& options, const Document& document,
                        std::string_view footer);

// For a mail server: complete, lines end with \r\n. Dots are not doubled.
// `host` is this machine's name.
std::string ServerMail(const MailOptions& options, const Document& document,
                       std::string_view footer, const std::string& host);

// "lab@example.net" from "The lab <lab@example.net>"; "" if that is none.
std::string BareAddress(std::string_view text);
// Of all entries, each of which may hold several with commas between them.
std::vector<std::string> BareAddresses(const std::vector<std::string>& to);
// The sender in the eyes of mail servers.
std::string EnvelopeFrom(const MailOptions& options, const std::string& host);

// A header's value: plain ASCII stays, all else becomes encoded words.
std::string EncodedHeader(std::string_view value);

}  // namespace ipband
