// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong before the program runs. Start-up code throws Error once,
// main catches it once, prints ErrorLine to standard error and exits with its
// code. Nothing on the packet path throws.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace ipband {

inline constexpr int kExitFailure = 1;  // the system said no
inline constexpr int kExitUsage = 2;    // the command line or a file is wrong

struct Error : std::runtime_error {
  explicit Error(const std::string& sentence, int code = kExitFailure)
      : std::runtime_error(sentence), exit_code(code) {}

  int exit_code;
  bool in_file = false;  // the sentence begins with FILE:LINE
  std::string flag;      // or key that names a file; not in the sentence
};

// A mistake on the command line: "unknown flag --x; try --help".
inline Error UsageError(const std::string& sentence) {
  return Error(sentence, kExitUsage);
}

// A mistake in a file. `place` is FILE, FILE:LINE or FILE:LINE:COL.
inline Error FileError(const std::string& place, const std::string& sentence) {
  Error error(place + ": " + sentence, kExitUsage);
  error.in_file = true;
  return error;
}

// What main prints. The place stands first, so that editors find it.
inline std::string ErrorLine(const Error& error,
                             const std::string& program = "ipband_exporter") {
  if (error.in_file) return error.what();
  const std::string flag = error.flag.empty() ? "" : error.flag + ": ";
  return program + ": error: " + flag + error.what();
}

// What any exception says, for people.
inline std::string SentenceOf(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) == nullptr) {
    return error.what();
  }
  return "there is not enough memory; hosts, subnets, connections or meters "
         "have to be fewer";
}

// A word that does not mean what it should: "what is wrong; what is allowed".
// Thrown by the parsers of single values, caught by whoever knows the place.
struct BadValue : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ipband
