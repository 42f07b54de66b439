// SPDX-License-Identifier: Apache-2.0
//
// What stands behind the "?" of a URL, and what a report is asked for by.
#include "collectors/net/utf8.h"
#include "exporter/report_query.h"
#include "exporter/web/query.h"
#include "tests/fuzz/fuzzer.h"

namespace ipband {
namespace {

void ExpectPlainText(const std::string& text) {
  Expect(Utf8Length(text) == text.size(), "what is decoded is UTF-8");
  if (!text.empty()) ExpectOneLine(text);
}

std::string Encode(const Query& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += '&';
    text += PercentEncode(name) + '=' + PercentEncode(value);
  }
  return text;
}

void ReadQuery(const std::string& text) {
  Query query;
  try {
    query = ParseQuery(text);
  } catch (const BadQuery& bad) {
    return ExpectOneLine(bad.what());
  }
  for (const auto& [name, value] : query) {
    Expect(!name.empty(), "a value has a name");
    ExpectPlainText(name);
    ExpectPlainText(value);
  }
  const std::string encoded = Encode(query);
  if (encoded.size() <= 4096) {
    Expect(ParseQuery(encoded) == query, "what is encoded is read as the same");
  }
  try {
    const ReportFilter filter = ParseReportFilter(query);
    Expect(filter.limit >= 1 && filter.limit <= 1000, "an answer has an end");
  } catch (const BadQuery& bad) {
    ExpectOneLine(bad.what());
  }
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = ipband::TextOf(data, size);
  ipband::ReadQuery(text);
  ipband::ParseTime(text);
  return 0;
}
