// SPDX-License-Identifier: Apache-2.0
//
// Writes each dump of a meter to the file it names: in place of what is there,
// or behind it. Readers and other writers see whole dumps only. Directories
// that are missing are made. Whatever is in the way, the dump is kept and tried
// again; only a name that no file can have is refused.
//
// ipband: what ipfm could not write was lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "exporter/deliver/sink.h"
#include "exporter/deliver/written_files.h"

namespace ipband {

class DumpSink : public Sink {
 public:
  // With `written`, files that are not in there are spared: they may be
  // another program's.
  explicit DumpSink(std::shared_ptr<WrittenFiles> written = nullptr);

  Attempt Deliver(const Document& document, std::stop_token stop) override;

  // Time of the last dump that was delivered, 0 if none. Any thread.
  int64_t last_at() const { return last_at_; }

 private:
  bool MustSpare(const FileTarget& file) const;
  std::error_code Write(const FileTarget& file, const std::string& text,
                        std::string& path, const std::stop_token& stop);
  void Remember(const FileTarget& file, const std::string& path);

  const std::shared_ptr<WrittenFiles> written_;
  WrittenFiles unscheduled_;
  // The last file of others, and where its dumps go instead.
  std::string spared_;
  std::string beside_;
  bool told_ = false;
  std::atomic<int64_t> last_at_ = 0;
};

}  // namespace ipband
