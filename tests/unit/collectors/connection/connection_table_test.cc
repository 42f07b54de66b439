// SPDX-License-Identifier: Apache-2.0
#include "collectors/connection/connection_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "collectors/net/key.h"

namespace ipband {
namespace {

constexpr uint32_t kSubnet = 3;

Packet PacketOf(uint32_t source, uint16_t source_port, uint32_t destination,
                uint16_t destination_port) {
  Packet packet;
  packet.source = Address::V4(source);
  packet.destination = Address::V4(destination);
  packet.source_port = source_port;
  packet.destination_port = destination_port;
  packet.protocol = 6;
  return packet;
}

class Table {
 public:
  explicit Table(uint32_t max) : table_(max, 1) { table_.Open(kSubnet); }

  // From client `client` to one server.
  void Send(uint32_t client, uint64_t bytes) {
    table_.Add(kSubnet, PacketOf(client, 1000, 99, 80), bytes, 5);
    table_.Flush();
  }
  std::vector<uint64_t> Bytes() const {
    std::vector<uint64_t> bytes;
    for (const Connection& c : table_.DetailOf(kSubnet).connections) {
      bytes.push_back(c.bytes());
    }
    std::sort(bytes.begin(), bytes.end());
    return bytes;
  }
  ConnectionTable& operator*() { return table_; }
  ConnectionTable* operator->() { return &table_; }

 private:
  ConnectionTable table_;
};

// Of n keys in 2n places, 39 % of the places are taken if all is chance.
TEST(ConnectionTable, SpreadsTheManyPortsOfOneClient) {
  constexpr size_t kConnections = 65536;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const ConnectionTable table(1, seed * 0x9e3779b97f4a7c15);
    std::vector<bool> taken(2 * kConnections);
    for (size_t port = 0; port < kConnections; ++port) {
      Connection connection;
      connection.from = Address::V4(0x0a000001);
      connection.to = Address::V4(0x08080808);
      connection.from_port = static_cast<uint16_t>(port);
      connection.to_port = 443;
      connection.protocol = 6;
      taken[SlotOf(table.HashOf(kSubnet, connection), taken.size())] = true;
    }
    const auto places = std::count(taken.begin(), taken.end(), true);
    EXPECT_NEAR(static_cast<double>(places) / (2 * kConnections), 0.3935, 0.01)
        << "seed " << seed;
  }
}

TEST(ConnectionTable, MakesBothDirectionsOneLineFromTheSmallerAddress) {
  Table table(10);
  table->Add(kSubnet, PacketOf(2, 80, 1, 4000), 100, 20);
  table->Add(kSubnet, PacketOf(1, 4000, 2, 80), 7, 10);
  table->Flush();
  const ConnectionTable::Detail detail = table->DetailOf(kSubnet);
  ASSERT_EQ(detail.connections.size(), 1u);
  const Connection& connection = detail.connections.front();
  EXPECT_EQ(connection.from, Address::V4(1));
  EXPECT_EQ(connection.from_port, 4000);
  EXPECT_EQ(connection.to_port, 80);
  EXPECT_EQ(connection.from_bytes, 7u);
  EXPECT_EQ(connection.to_bytes, 100u);
  EXPECT_EQ(connection.packets, 2u);
  EXPECT_EQ(connection.first_seen, 10);
  EXPECT_EQ(connection.last_seen, 20);
}

TEST(ConnectionTable, TellsEqualAddressesApartByPort) {
  Table table(10);
  table->Add(kSubnet, PacketOf(1, 2000, 1, 1000), 100, 0);
  table->Add(kSubnet, PacketOf(1, 1000, 1, 2000), 7, 0);
  table->Flush();
  const ConnectionTable::Detail detail = table->DetailOf(kSubnet);
  ASSERT_EQ(detail.connections.size(), 1u);
  EXPECT_EQ(detail.connections.front().from_port, 1000);
  EXPECT_EQ(detail.connections.front().from_bytes, 7u);
}

TEST(ConnectionTable, SumsUpWhatFindsNoRoom) {
  Table table(2);
  for (uint32_t client = 1; client <= 5; ++client) table.Send(client, client);
  table.Send(1, 10);
  EXPECT_EQ(table.Bytes(), (std::vector<uint64_t>{2, 11}));
  const OtherConnections others = table->DetailOf(kSubnet).others;
  EXPECT_EQ(others.bytes, 3u + 4u + 5u);
  EXPECT_EQ(others.packets, 3u);
}

TEST(ConnectionTable, GivesTheRoomOfTheSmallerHalfToOthersAtAPeriodEnd) {
  Table table(4);
  for (const uint32_t client : {8u, 1u, 4u, 2u}) table.Send(client, client);
  table->EndPeriod();
  EXPECT_EQ(table.Bytes(), (std::vector<uint64_t>{4, 8}));
  const OtherConnections others = table->DetailOf(kSubnet).others;
  EXPECT_EQ(others.connections, 2u);
  EXPECT_EQ(others.bytes, 3u);
  EXPECT_EQ(others.packets, 2u);
  table.Send(16, 16);
  EXPECT_EQ(table.Bytes(), (std::vector<uint64_t>{4, 8, 16}));
}

TEST(ConnectionTable, LeavesAllAloneWhileThereIsRoom) {
  Table table(4);
  for (uint32_t client = 1; client <= 3; ++client) table.Send(client, client);
  table->EndPeriod();
  EXPECT_EQ(table->size(), 3u);
}

TEST(ConnectionTable, KeepsSubnetsApart) {
  Table table(10);
  table->Open(7);
  table->Add(7, PacketOf(1, 1000, 99, 80), 50, 5);
  table.Send(1, 10);
  table->Close(7);
  EXPECT_EQ(table.Bytes(), (std::vector<uint64_t>{10}));
  EXPECT_TRUE(table->DetailOf(7).connections.empty());
  table->Open(7);
  EXPECT_TRUE(table->DetailOf(7).connections.empty());
}

// All of it again and again, so that rows are reused and gaps closed.
TEST(ConnectionTable, FindsEverythingAfterManyWatches) {
  Table table(300);
  for (uint32_t round = 1; round <= 50; ++round) {
    const uint32_t subnet = 10 + round % 3;
    table->Open(subnet);
    for (uint32_t client = 0; client < 100; ++client) {
      table->Add(subnet, PacketOf(client * 7919, 1, client + 1000000, 2), round,
                 0);
    }
    table->Flush();
    if (round % 2 == 0) table->Close(10 + (round + 1) % 3);
    table->EndPeriod();
  }
  size_t rows = 0;
  for (uint32_t subnet = 10; subnet < 13; ++subnet) {
    rows += table->DetailOf(subnet).connections.size();
  }
  EXPECT_EQ(table->size(), rows);
  for (uint32_t subnet = 10; subnet < 13; ++subnet) table->Close(subnet);
  EXPECT_EQ(table->size(), 0u);
}

}  // namespace
}  // namespace ipband
