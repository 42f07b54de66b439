// SPDX-License-Identifier: Apache-2.0
//
// The kinds of listen address, and what is said when one cannot be had.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "exporter/error.h"
#include "exporter/web/http_server.h"
#include "tests/support/http_client.h"

namespace ipband {
namespace {

HttpResponse Peer(const HttpRequest& request) {
  return TextResponse(200, request.remote_address);
}

HttpServerOptions On(std::vector<ListenAddress> addresses) {
  return {.listen = std::move(addresses), .threads = 4};
}

ListenAddress UnixAddress(const std::string& path) {
  return {.unix_path = path};
}

std::string FailureOn(std::vector<ListenAddress> addresses) {
  try {
    const HttpServer server(On(std::move(addresses)), Peer);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code, kExitFailure);
    return error.what();
  }
  return "no failure";
}

uint16_t PortOf(const std::string& url) {
  return static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

bool HaveIpv6Loopback() {
  try {
    const HttpServer server(On({{.host = "::1"}}), Peer);
    return true;
  } catch (const Error&) {
    return false;
  }
}

class ListenTest : public testing::Test {
 protected:
  ListenTest() {
    char name[] = "/tmp/listen1s.XXXXXX";  // "1s": looks like TLS to CivetWeb
    folder_ = mkdtemp(name);
  }
  ~ListenTest() override { std::filesystem::remove_all(folder_); }

  std::string SocketPath() const { return folder_ + "/x.sock"; }

  std::string folder_;
};

TEST_F(ListenTest, TakesBothFamiliesOnTheWildcard) {
  const HttpServer server(On({{}}), Peer);
  const std::string port = std::to_string(PortOf(server.Addresses()[0]));
  EXPECT_EQ(Get("http://127.0.0.1:" + port, "/").body, "127.0.0.1\n");
  if (!HaveIpv6Loopback()) GTEST_SKIP() << "no IPv6 on this machine";
  EXPECT_EQ(server.Addresses()[0], "http://[::]:" + port);
  EXPECT_EQ(Get("http://[::1]:" + port, "/").body, "::1\n");
}

TEST_F(ListenTest, TakesBothFamiliesOnTheIpv6Wildcard) {
  if (!HaveIpv6Loopback()) GTEST_SKIP() << "no IPv6 on this machine";
  const HttpServer server(On({{.host = "::"}}), Peer);
  const std::string port = std::to_string(PortOf(server.Addresses()[0]));
  EXPECT_EQ(Get("http://127.0.0.1:" + port, "/").body, "127.0.0.1\n");
  EXPECT_EQ(Get("http://[::1]:" + port, "/").body, "::1\n");
}

TEST_F(ListenTest, TakesOneIpv6Address) {
  if (!HaveIpv6Loopback()) GTEST_SKIP() << "no IPv6 on this machine";
  const HttpServer server(On({{.host = "::1"}}), Peer);
  EXPECT_TRUE(server.Addresses()[0].starts_with("http://[::1]:"));
  EXPECT_EQ(Get(server.Addresses()[0], "/").body, "::1\n");
}

TEST_F(ListenTest, ResolvesNames) {
  const HttpServer server(On({{.host = "localhost"}}), Peer);
  EXPECT_TRUE(server.Addresses()[0].starts_with("http://127.0.0.1:") ||
              server.Addresses()[0].starts_with("http://[::1]:"))
      << server.Addresses()[0];
  EXPECT_EQ(Get(server.Addresses()[0], "/").status, 200);
}

TEST_F(ListenTest, ServesSeveralAddressesAtOnce) {
  const HttpServer server(On({UnixAddress(SocketPath()),
                              {.host = "127.0.0.1"},
                              {.host = "127.0.0.2"}}),
                          Peer);
  ASSERT_EQ(server.Addresses().size(), 3U);
  for (const std::string& address : server.Addresses()) {
    EXPECT_EQ(Get(address, "/").status, 200) << address;
  }
}

TEST_F(ListenTest, ServesAUnixSocketForItsGroupAndRemovesItAtTheEnd) {
  {
    const HttpServer server(On({UnixAddress(SocketPath())}), Peer);
    EXPECT_EQ(server.Addresses()[0], "unix:" + SocketPath());
    EXPECT_EQ(Get(server.Addresses()[0], "/").body, "unix\n");
    struct stat status {};
    ASSERT_EQ(stat(SocketPath().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0660U);
  }
  EXPECT_FALSE(std::filesystem::exists(SocketPath()));
}

TEST_F(ListenTest, ReplacesASocketFileThatNobodyListensOn) {
  const int left_over = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, SocketPath().c_str(), sizeof(name.sun_path) - 1);
  ASSERT_EQ(
      bind(left_over, reinterpret_cast<const sockaddr*>(&name), sizeof(name)),
      0);
  close(left_over);
  ASSERT_TRUE(std::filesystem::exists(SocketPath()));
  const HttpServer server(On({UnixAddress(SocketPath())}), Peer);
  EXPECT_EQ(Get(server.Addresses()[0], "/").status, 200);
}

TEST_F(ListenTest, LeavesAUnixSocketThatIsInUseAlone) {
  const HttpServer server(On({UnixAddress(SocketPath())}), Peer);
  EXPECT_EQ(FailureOn({UnixAddress(SocketPath())}),
            "cannot listen on unix:" + SocketPath() +
                ": address already in use; choose another with "
                "--web.listen-address");
  EXPECT_EQ(Get(server.Addresses()[0], "/").status, 200);
}

TEST_F(ListenTest, NeverRemovesAFileThatIsNotASocket) {
  std::ofstream(SocketPath()) << "precious";
  EXPECT_NE(FailureOn({UnixAddress(SocketPath())}).find("not a socket"),
            std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(SocketPath()), 8U);
}

TEST_F(ListenTest, SaysWhyAUnixSocketCannotBeMade) {
  EXPECT_NE(FailureOn({UnixAddress(folder_ + "/missing/x.sock")})
                .find("no such file or directory"),
            std::string::npos);
}

TEST_F(ListenTest, NamesTheAddressWhosePortIsTaken) {
  const HttpServer server(On({{.host = "127.0.0.1"}}), Peer);
  const uint16_t port = PortOf(server.Addresses()[0]);
  EXPECT_EQ(FailureOn({{.host = "127.0.0.1", .port = port}}),
            "cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": address already in use; choose another with "
                "--web.listen-address");
  EXPECT_TRUE(FailureOn({{.port = port}})
                  .starts_with("cannot listen on :" + std::to_string(port) +
                               ": address already in use"));
}

TEST_F(ListenTest, FindsTheSameAddressGivenTwice) {
  uint16_t port = 0;
  {
    const HttpServer server(On({{.host = "127.0.0.1"}}), Peer);
    port = PortOf(server.Addresses()[0]);
  }
  EXPECT_NE(FailureOn({{.host = "127.0.0.1", .port = port},
                       {.host = "127.0.0.1", .port = port}})
                .find("already in use"),
            std::string::npos);
}

TEST_F(ListenTest, SaysThatAnAddressIsNotThisMachines) {
  EXPECT_EQ(FailureOn({{.host = "192.0.2.1", .port = 10059}}),
            "cannot listen on 192.0.2.1:10059: cannot assign requested "
            "address; choose another with --web.listen-address");
  EXPECT_TRUE(FailureOn({{.host = "no-such-host.invalid", .port = 1}})
                  .starts_with("cannot listen on no-such-host.invalid:1: "));
}

TEST_F(ListenTest, ServesAgainOnThePortItHadBefore) {
  uint16_t port = 0;
  for (int i = 0; i < 3; ++i) {
    const HttpServer server(On({{.host = "127.0.0.1", .port = port}}), Peer);
    port = PortOf(server.Addresses()[0]);
    EXPECT_EQ(Get(server.Addresses()[0], "/").status, 200);
  }
}

}  // namespace
}  // namespace ipband
