// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/replay.h"

#include <poll.h>
#include <sys/stat.h>

#include <map>

#include "collectors/capture/file.h"

namespace ipband {
namespace {

constexpr int kFramesPerRead = 1024;

std::string Label(const std::string& path) {
  if (path == "-") return "stdin";
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string LabelOf(const std::string& path, const ReplayOptions& options) {
  return options.interface.empty() ? Label(path) : options.interface;
}

uint64_t SizeOf(std::FILE* stream) {
  struct stat status {};
  if (fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return static_cast<uint64_t>(status.st_size);
}

void ReportProgress(const FileCapture& capture, const std::string& path,
                    uint64_t frames, const ReplaySurroundings& surroundings) {
  if (!surroundings.progress) return;
  const long position = std::ftell(capture.stream);
  surroundings.progress({path, frames,
                         position > 0 ? static_cast<uint64_t>(position) : 0,
                         SizeOf(capture.stream)});
}

void PublishIfWanted(const Intake& intake, SnapshotExchange& snapshots,
                     bool finished) {
  const std::optional<SnapshotDetail> wanted = snapshots.Wanted();
  if (!wanted) return;
  Snapshot snapshot = intake.TakeSnapshot(*wanted);
  snapshot.finished = finished;
  snapshots.Publish(std::make_shared<Snapshot>(std::move(snapshot)));
}

// Nothing to read does not mean nothing to do: others ask for snapshots, or
// the program is to end.
bool WaitForInput(int descriptor, Intake& intake,
                  const ReplaySurroundings& surroundings) {
  constexpr int kPatienceMs = 100;
  while (!surroundings.stop()) {
    intake.Flush();
    surroundings.turn_over();
    PublishIfWanted(intake, *surroundings.snapshots, false);
    pollfd input = {descriptor, POLLIN, 0};
    if (poll(&input, 1, kPatienceMs) > 0) return true;
  }
  return false;
}

bool ReplayFile(const std::string& path, const ReplayOptions& options,
                Intake& intake, const ReplaySurroundings& surroundings) {
  FileCapture capture = OpenFile(path, options.filter, [&](int descriptor) {
    return WaitForInput(descriptor, intake, surroundings);
  });
  if (surroundings.stop()) return false;
  if (capture.handle == nullptr) {
    surroundings.notice(
        {Notice::Level::kError, "cannot read " + path, "", capture.error});
    return false;
  }
  const CaptureId id = intake.CaptureFor(LabelOf(path, options));
  intake.status(id).wanted = false;  // there is no interface to be up or down
  intake.Begin(id, capture.link_type, 0, INT64_MAX);
  pcap_t* handle = capture.handle.get();
  const uint64_t before = intake.frames();
  int frames = 1;
  while (frames > 0 && !surroundings.stop()) {
    frames = ReadFrames(handle, kFramesPerRead, intake);
    intake.Flush();
    PublishIfWanted(intake, *surroundings.snapshots, false);
    surroundings.turn_over();
    ReportProgress(capture, path, intake.frames(), surroundings);
  }
  if (surroundings.stop()) return false;
  if (frames >= 0) return true;
  surroundings.notice({Notice::Level::kWarning,
                       path + " cannot be read beyond frame " +
                           std::to_string(intake.frames() - before) +
                           "; what stands before it is counted",
                       LabelOf(path, options), pcap_geterr(handle)});
  return false;
}

}  // namespace

bool Replay(const ReplayOptions& options, Intake& intake,
            const ReplaySurroundings& surroundings) {
  bool complete = true;
  std::map<std::string, size_t> files_to_come;  // by label
  for (const std::string& path : options.files) {
    const std::string label = LabelOf(path, options);
    ++files_to_come[label];
    // A dump of theirs may be of the same time as one of a file before.
    if (intake.meters().any()) intake.CaptureFor(label);
  }
  for (const std::string& path : options.files) {
    if (!ReplayFile(path, options, intake, surroundings)) complete = false;
    const std::string label = LabelOf(path, options);
    if (--files_to_come[label] == 0 && intake.meters().any()) {
      intake.End(intake.CaptureFor(label));
    }
  }
  // ipfm: dumps when it ends. Without a frame there is no time to do so.
  if (intake.frames() > 0) intake.meters().DumpNow(intake.LastSecond());
  return complete;
}

void ServeLastNumbers(const Intake& intake, const Wakeup& wakeup,
                      SnapshotExchange& snapshots,
                      const std::function<bool()>& stop,
                      const std::function<void()>& turn_over) {
  while (!stop()) {
    pollfd descriptor = {wakeup.descriptor(), POLLIN, 0};
    poll(&descriptor, 1, -1);
    wakeup.Clear();
    turn_over();
    PublishIfWanted(intake, snapshots, true);
  }
}

}  // namespace ipband
