// SPDX-License-Identifier: Apache-2.0
//
// An array of plain values that are all zero bytes at first, and cost memory
// only from where they are first written. Throws std::bad_alloc when made,
// never later. One owner.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>

namespace ipband {

template <typename T>
class ZeroedPages {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit ZeroedPages(size_t count)
      : bytes_((count + 1) * sizeof(T)),
        begin_(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (begin_ == MAP_FAILED) throw std::bad_alloc();
    // Written here and there, huge pages would fill up with nothing.
    madvise(begin_, bytes_, MADV_NOHUGEPAGE);
  }
  ~ZeroedPages() { munmap(begin_, bytes_); }
  ZeroedPages(const ZeroedPages&) = delete;
  ZeroedPages& operator=(const ZeroedPages&) = delete;

  T& operator[](size_t i) const { return static_cast<T*>(begin_)[i]; }
  // All are zero again, and the memory is given back.
  void Clear() { madvise(begin_, bytes_, MADV_DONTNEED); }

 private:
  const size_t bytes_;
  void* const begin_;
};

}  // namespace ipband
