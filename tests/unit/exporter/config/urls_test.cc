// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/urls.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

TEST(Urls, AWebhookIsReachedByHttp) {
  for (const char* url :
       {"http://a", "https://a.example:8443/hook?x=1&y=2#z", "http://[::1]:80/",
        "http://u:p@a/x", "http://192.0.2.1?x"}) {
    EXPECT_EQ(ParseWebhookUrl(url), url);
  }
  for (const char* url :
       {"", "a", "a:80", "//a", "ftp://a", "HTTPS//a", "http://", "http:///x",
        "http://a:0", "http://a b", "http://a/\n", "http://a/\xc3\xa4",
        "http://u@", "file:///etc/passwd"}) {
    EXPECT_THROW(ParseWebhookUrl(url), BadValue) << url;
  }
}

TEST(Urls, TheExternalUrlLosesItsLastSlash) {
  EXPECT_EQ(ParseExternalUrl("http://a"), "http://a");
  EXPECT_EQ(ParseExternalUrl("http://a:1/"), "http://a:1");
  EXPECT_EQ(ParseExternalUrl("https://a/b//"), "https://a/b");
  for (const char* url : {"", "a", "http://", "http://a?b", "http://a/#b",
                          "http://u:p@a", "smtp://a"}) {
    EXPECT_THROW(ParseExternalUrl(url), BadValue) << url;
  }
}

TEST(Urls, AMailServerIsHostAndPortOrAUrl) {
  for (const char* text : {"localhost:25", "[::1]:587", "192.0.2.1:25",
                           "smtp://a", "smtps://a:465", "smtp://u@a",
                           "smtps://u%40x:p%2Fw@a:465", "smtp://u:@a"}) {
    EXPECT_EQ(ParseMailServer(text), text);
  }
  for (const char* text :
       {"", "localhost", "a:0", "a:25/x", "http://a:25", "smtp://", "smtp://@a",
        "smtp://a/x", "smtp://a?x", "smtp://u:p@x@a", "smtp://a b", "u@a:25"}) {
    EXPECT_THROW(ParseMailServer(text), BadValue) << text;
  }
}

TEST(Urls, MessagesDoNotTellThePassword) {
  for (const char* text : {"smtp://user:secret@a b", "smtps://u:secret/x@a",
                           "user:secret@mail:25", "smtp://u:secret@b@a"}) {
    const std::string message = BadValueOf([&] { ParseMailServer(text); });
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
  }
  EXPECT_EQ(
      BadValueOf([] { ParseMailServer("smtp://user:secret@mail:0"); }),
      "\"smtp://...@mail:0\" is no mail server; allowed: host:port, or "
      "smtp://[user[:password]@]host[:port] or smtps://..., with %40 for @, "
      "%3A for : and %2F for / in user and password");
}

}  // namespace
}  // namespace ipband
