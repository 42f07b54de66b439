// SPDX-License-Identifier: Apache-2.0
//
// What the sinks that write files share. Any thread. Writing to a pipe or a
// terminal that nobody reads never blocks for good: it ends when `stop` is
// requested. All functions return the error, or none; they do not log.
#pragma once

#include <sys/types.h>

#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>

#include "exporter/deliver/sink.h"

namespace ipband {

// The value of errno, as an error.
std::error_code LastError();

// "cannot WHAT: No such file or directory", to be tried again. Delivered if
// there was no error.
Attempt FileAttempt(std::error_code error, std::string_view what);

// Writes all of `text`. After an error a part of it may have been written.
std::error_code WriteWhole(int descriptor, std::string_view text,
                           const std::stop_token& stop);

// The same on standard output, where nobody else's document comes between.
std::error_code WriteStandardOutput(std::string_view text,
                                    const std::stop_token& stop);

// Readers of `path` see the old or the new file, never a part. `path` is
// followed if it is a link; it must be a regular file or not exist. `mode` is
// what the process's umask leaves of it.
std::error_code ReplaceFile(const std::string& path, std::string_view text,
                            mode_t mode, const std::stop_token& stop);

// The same for a name that is not taken yet; else file_exists, and what is
// there is left alone.
std::error_code AddFile(const std::string& path, std::string_view text,
                        mode_t mode, const std::stop_token& stop);

// Whether there is something that is no regular file: a device, a named pipe, a
// directory. It cannot be replaced, but perhaps written into.
bool IsSomethingElse(const std::string& path);
std::error_code WriteInto(const std::string& path, std::string_view text,
                          const std::stop_token& stop);

// What ReplaceFile and AddFile add to a name while they write, before six
// random letters.
inline constexpr std::string_view kNewFileSuffix = ".new-";

}  // namespace ipband
