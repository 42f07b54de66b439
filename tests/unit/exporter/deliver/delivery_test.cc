// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/delivery.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "exporter/deliver/directory_sink.h"
#include "exporter/deliver/page_sink.h"
#include "exporter/deliver/text_sink.h"
#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kLongPause{3600 * 1000};

steady_clock::time_point In(steady_clock::duration time) {
  return steady_clock::now() + time;
}

std::unique_ptr<Sink> TextTo(const std::string& path) {
  return std::make_unique<AppendSink>(path, AppendSink::Part::kText);
}

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// What the program logs while this lives.
class LogLines {
 public:
  LogLines() {
    descriptor_ = open((folder_ / "log").c_str(),
                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    StartLog({}, descriptor_);
  }
  ~LogLines() {
    StartLog({});
    close(descriptor_);
  }
  std::string text() const { return ContentOf(folder_ / "log"); }

 private:
  Folder folder_;
  int descriptor_;
};

TEST(Delivery, DeliversInTheOrderOfSubmission) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "report"), {});
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string text = std::to_string(i) + "\n";
    expected += text;
    ASSERT_TRUE(delivery.Submit(DocumentOf(text)));
  }
  delivery.Finish(In(seconds(20)));
  EXPECT_EQ(ContentOf(folder / "report"), expected);
  EXPECT_EQ(delivery.counts().deliveries, 50u);
  EXPECT_EQ(delivery.counts().undelivered, 0u);
  EXPECT_EQ(delivery.counts().waiting_bytes, 0u);
}

TEST(Delivery, TriesAgainUntilTheDirectoryIsThere) {
  const Folder folder;
  const std::string late = folder / "late";
  Delivery delivery("text", TextTo(late + "/report"),
                    {.first_pause = milliseconds(5)});
  delivery.Submit(DocumentOf("one\n"));
  delivery.Submit(DocumentOf("two\n"));
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures >= 3; }));
  EXPECT_EQ(delivery.counts().undelivered, 2u);
  EXPECT_EQ(delivery.counts().deliveries, 0u);
  std::filesystem::create_directory(late);
  ASSERT_TRUE(Eventually([&] { return delivery.counts().deliveries == 2; }));
  EXPECT_EQ(ContentOf(late + "/report"), "one\ntwo\n");
}

TEST(Delivery, PausesLongerAfterEachFailure) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "missing/report"),
                    {.first_pause = milliseconds(200)});
  const auto start = steady_clock::now();
  delivery.Submit(DocumentOf("one\n"));
  // Pauses of 200 and 400 ms stand between three attempts.
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures == 3; }));
  EXPECT_GE(steady_clock::now() - start, milliseconds(600));
}

TEST(Delivery, RefusesAndCountsWhatIsMoreThanItsQueueHolds) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "missing/report"),
                    {.most_documents = 64, .first_pause = kLongPause});
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(delivery.Submit(DocumentOf("x"))) << i;
  }
  EXPECT_FALSE(delivery.Submit(DocumentOf("x")));
  EXPECT_FALSE(delivery.Submit(DocumentOf("x")));
  EXPECT_EQ(delivery.counts().dropped, 2u);
  EXPECT_EQ(delivery.counts().undelivered, 64u);
}

TEST(Delivery, RefusesWhatIsMoreBytesThanItMayHold) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "missing/report"),
                    {.most_bytes = 1000, .first_pause = kLongPause});
  // Alone, even one that is too large is taken.
  EXPECT_TRUE(delivery.Submit(DocumentOf(std::string(5000, 'x'))));
  EXPECT_FALSE(delivery.Submit(DocumentOf("x")));
  EXPECT_GE(delivery.counts().waiting_bytes, 5000u);
}

TEST(Delivery, LosesNothingOfWhoWaitsForRoom) {
  const Folder folder;
  const std::string late = folder / "late";
  Delivery delivery("text", TextTo(late + "/report"),
                    {.most_documents = 2, .first_pause = milliseconds(5)});
  std::string expected;
  for (int i = 0; i < 20; ++i) expected += std::to_string(i) + "\n";
  std::jthread replay([&](const std::stop_token& stop) {
    for (int i = 0; i < 20; ++i) {
      delivery.SubmitWhenRoom(DocumentOf(std::to_string(i) + "\n"), stop);
    }
  });
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures >= 2; }));
  std::filesystem::create_directory(late);
  replay.join();
  delivery.Finish(In(seconds(20)));
  EXPECT_EQ(ContentOf(late + "/report"), expected);
  EXPECT_EQ(delivery.counts().dropped, 0u);
}

TEST(Delivery, LetsWhoWaitsForRoomGoWhenStopIsRequested) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "missing/report"),
                    {.most_documents = 1, .first_pause = kLongPause});
  delivery.Submit(DocumentOf("x"));
  bool taken = true;
  std::jthread replay([&](const std::stop_token& stop) {
    taken = delivery.SubmitWhenRoom(DocumentOf("y"), stop);
  });
  replay.request_stop();
  replay.join();
  EXPECT_FALSE(taken);
}

TEST(Delivery, KeepsOnlyTheLatestPage) {
  const Folder folder;
  const std::string late = folder / "late";
  Delivery delivery("html", std::make_unique<PageSink>(late + "/page"),
                    {.first_pause = kLongPause, .only_latest = true});
  delivery.Submit(DocumentOf("one"));
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures == 1; }));
  delivery.Submit(DocumentOf("two"));
  delivery.Submit(DocumentOf("three"));
  EXPECT_EQ(delivery.counts().undelivered, 1u);
  EXPECT_EQ(delivery.counts().dropped, 0u);
  std::filesystem::create_directory(late);
  delivery.Finish(In(seconds(20)));
  EXPECT_EQ(ContentOf(late + "/page"), "three");
  EXPECT_EQ(delivery.counts().deliveries, 1u);
}

TEST(Delivery, DropsWhatTheSinkRefuses) {
  const Folder folder;
  Delivery delivery("directory",
                    std::make_unique<DirectorySink>(
                        folder.path(), DirectoryLimits{seconds(3600), 1 << 20},
                        DirectorySink::Clock()),
                    {.first_pause = kLongPause});
  auto nameless = std::make_shared<Document>();
  nameless->id = "../../etc/passwd";
  delivery.Submit(nameless);
  delivery.Submit(DocumentOf("good"));
  ASSERT_TRUE(Eventually([&] { return delivery.counts().deliveries == 1; }));
  EXPECT_EQ(delivery.counts().failures, 1u);
  EXPECT_EQ(delivery.counts().undelivered, 0u);
}

// How often it was tidied, and delivered.
struct Uses {
  std::atomic<int> tidied = 0;
  std::atomic<int> delivered = 0;
};

class CountingSink : public Sink {
 public:
  explicit CountingSink(Uses& uses) : uses_(uses) {}
  Attempt Deliver(const Document&, std::stop_token) override {
    ++uses_.delivered;
    return {};
  }
  void Tidy() override { ++uses_.tidied; }

 private:
  Uses& uses_;
};

TEST(Delivery, LetsASinkTidyAtFirstAndFromTimeToTime) {
  Uses uses;
  Delivery delivery("directory", std::make_unique<CountingSink>(uses),
                    {.tidy_period = milliseconds(2)});
  EXPECT_TRUE(Eventually([&] { return uses.tidied >= 3; }));
  EXPECT_EQ(uses.delivered, 0);
}

TEST(Delivery, LetsASinkTidyOnceBeforeItsFirstDelivery) {
  Uses first;
  Uses second;
  Delivery delivery("directory", std::make_unique<CountingSink>(first),
                    {.tidy_period = kLongPause});
  delivery.Submit(DocumentOf("one\n"));
  ASSERT_TRUE(Eventually([&] { return first.delivered == 1; }));
  EXPECT_EQ(first.tidied, 1);
  // One that takes its place does not wait for a document.
  delivery.ReplaceSink(std::make_unique<CountingSink>(second),
                       {.tidy_period = kLongPause});
  EXPECT_TRUE(Eventually([&] { return second.tidied == 1; }));
  delivery.Submit(DocumentOf("two\n"));
  EXPECT_TRUE(delivery.Finish(In(seconds(20))));
  EXPECT_EQ(second.delivered, 1);
  EXPECT_EQ(second.tidied, 1);
}

TEST(Delivery, FinishTriesAtOnceWhatWaits) {
  const Folder folder;
  const std::string late = folder / "late";
  Delivery delivery("text", TextTo(late + "/report"),
                    {.first_pause = kLongPause});
  delivery.Submit(DocumentOf("one\n"));
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures == 1; }));
  std::filesystem::create_directory(late);
  EXPECT_TRUE(delivery.Finish(In(seconds(20))));
  EXPECT_EQ(ContentOf(late + "/report"), "one\n");
}

TEST(Delivery, FinishGivesUpASinkThatHangs) {
  const LogLines log;
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  // A reader that does not read: a pipe holds 64 KiB, then writing waits.
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Delivery delivery("text", TextTo(pipe), {});
  delivery.Submit(DocumentOf(std::string(1 << 20, 'x')));
  delivery.Submit(DocumentOf("two"));
  const auto start = steady_clock::now();
  EXPECT_FALSE(delivery.Finish(In(milliseconds(100))));
  EXPECT_LT(steady_clock::now() - start, seconds(10));
  EXPECT_EQ(delivery.counts().undelivered, 2u);
  EXPECT_NE(log.text().find("msg=\"documents were given up\" sink=text "
                            "documents=2 first=20261121T202915Z-eth0-"),
            std::string::npos)
      << log.text();
  close(reader);
}

TEST(Delivery, TakesNothingAfterItWasClosed) {
  const Folder folder;
  Delivery delivery("text", TextTo(folder / "report"), {});
  delivery.Close();
  EXPECT_FALSE(delivery.Submit(DocumentOf("x")));
  EXPECT_FALSE(delivery.SubmitWhenRoom(DocumentOf("x"), {}));
  delivery.Finish(In(seconds(20)));
  EXPECT_FALSE(std::filesystem::exists(folder / "report"));
}

TEST(Delivery, LogsOneLineForManyFailuresAndOneForTheRecovery) {
  const LogLines log;
  const Folder folder;
  const std::string late = folder / "late";
  Delivery delivery("text", TextTo(late + "/report"),
                    {.most_documents = 1, .first_pause = milliseconds(2)});
  delivery.Submit(DocumentOf("one\n"));
  delivery.Submit(DocumentOf("lost\n"));
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures >= 4; }));
  std::filesystem::create_directory(late);
  ASSERT_TRUE(Eventually([&] { return delivery.counts().deliveries == 1; }));
  delivery.Submit(DocumentOf("two\n"));
  delivery.Finish(In(seconds(20)));
  const std::string text = log.text();
  EXPECT_EQ(Count(text,
                  "msg=\"delivery failed, will be tried again\" "
                  "sink=text err=\"cannot open " +
                      late +
                      "/report: No such file or directory\" "
                      "waiting=1"),
            1u)
      << text;
  EXPECT_EQ(Count(text, "level=warn"), 1u) << text;
  EXPECT_EQ(Count(text, "msg=\"delivery works again\" sink=text"), 1u) << text;
  EXPECT_EQ(Count(text,
                  "msg=\"queue full, documents lost\" sink=text "
                  "documents=1"),
            1u)
      << text;
}

}  // namespace
}  // namespace ipband
