// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_writer.h"

#include <exception>
#include <utility>

namespace ipband {

template <class State>
StateWriter<State>::StateWriter(StateDirectory& directory,
                                std::chrono::milliseconds retry)
    : directory_(directory), retry_(retry), thread_([this] { Run(); }) {}

template <class State>
StateWriter<State>::~StateWriter() {
  Finish();
}

template <class State>
void StateWriter<State>::Save(std::shared_ptr<const State> state) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.swap(state);
  }
  changed_.notify_one();
}  // the replaced state is freed here, outside the lock

template <class State>
bool StateWriter<State>::busy() {
  const std::lock_guard lock(mutex_);
  return waiting_ != nullptr || writing_;
}

template <class State>
void StateWriter<State>::Finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  changed_.notify_one();
  std::call_once(joined_, [this] { thread_.join(); });
}

template <class State>
void StateWriter<State>::Run() {
  std::shared_ptr<const State> unsaved;
  const auto due = [this] { return waiting_ != nullptr || finishing_; };
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      if (unsaved) {
        changed_.wait_for(lock, retry_, due);
      } else {
        changed_.wait(lock, due);
      }
      if (waiting_) unsaved = std::exchange(waiting_, nullptr);
      last = finishing_;
      writing_ = unsaved != nullptr;
    }
    if (unsaved && Write(*unsaved)) unsaved.reset();
    const std::lock_guard lock(mutex_);
    writing_ = false;
  }
}

// Whether it is on the disk.
template <class State>
bool StateWriter<State>::Write(const State& state) {
  try {
    directory_.Write(state);
  } catch (const std::exception& error) {
    if (failures_.Allow(std::chrono::steady_clock::now())) {
      Log(LogLevel::kError, "state", "cannot save the state",
          {{"file", FileOf(state)}, {"err", error.what()}});
      failure_logged_ = true;
    }
    return false;
  }
  if (std::exchange(failure_logged_, false)) {
    Log(LogLevel::kInfo, "state", "the state is saved again",
        {{"directory", directory_.path()}, {"file", FileOf(state)}});
  }
  return true;
}

template class StateWriter<TrafficState>;
template class StateWriter<MetersState>;

}  // namespace ipband
