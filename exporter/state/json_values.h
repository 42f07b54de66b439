// SPDX-License-Identifier: Apache-2.0
//
// What the files of the state have in common: objects of plain values, written
// on one line and read back key by key. Whatever is wrong with a text that is
// read throws BadValue. Pure, any thread; knows no file and no struct of the
// state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "collectors/net/prefix.h"
#include "exporter/error.h"

namespace ipband {

inline constexpr uint64_t kStateVersion = 1;
inline constexpr int64_t kMaxStateTime = UINT32_MAX;

// An object of plain values, each key in its place. A value's type says what
// it is: int64_t is a time, uint64_t a count.
class JsonRow {
 public:
  // Flags that are false, counts and times that are 0 are left out.
  void operator()(const char* key, bool flag);
  void operator()(const char* key, int64_t time);
  void operator()(const char* key, uint64_t count);
  void operator()(const char* key, const std::string& text);
  void operator()(const char* key, const Prefix& prefix);

  // With `list` the object stays open behind the beginning of that list.
  std::string Text(std::string_view list = {}) const;

 private:
  nlohmann::ordered_json object_ = nlohmann::ordered_json::object();
};

// What JSON can hold besides objects and lists. uint64_t: not negative.
using Scalar =
    std::variant<std::nullptr_t, bool, int64_t, uint64_t, double, std::string>;

// "KEY SENTENCE".
[[noreturn]] void Refuse(std::string_view key, const char* sentence);

// Puts one value where its key belongs. One that belongs nowhere was written
// by a later program and is passed over.
struct Assignment {
  std::string_view key;
  const Scalar& value;

  void operator()(std::string_view name, bool& flag) const;
  void operator()(std::string_view name, uint64_t& count) const;
  void operator()(std::string_view name, int64_t& time) const;
  void operator()(std::string_view name, std::string& text) const;
  void operator()(std::string_view name, Prefix& prefix) const;

 private:
  template <class Type>
  const Type& As(const char* otherwise) const {
    const Type* found = std::get_if<Type>(&value);
    if (found == nullptr) Refuse(key, otherwise);
    return *found;
  }
};

// Fills structs while the text is read, so that nothing is held that has no
// place in them. The parser does not recurse; who derives from this knows all
// levels, and so bounds the depth.
class ValueReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  // How many keys and plain values there were.
  uint64_t values() const { return values_; }

  bool null() final { return Give(nullptr); }
  bool boolean(bool value) final { return Give(value); }
  bool number_integer(number_integer_t value) final { return Give(value); }
  bool number_unsigned(number_unsigned_t value) final { return Give(value); }
  bool number_float(number_float_t value, const string_t&) final {
    return Give(value);
  }
  bool string(string_t& value) final;
  bool binary(binary_t&) final { return false; }  // not in JSON text
  bool key(string_t& value) final;
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) final;

 protected:
  // One value; in an object that of key_.
  virtual void Take(const Scalar& value) = 0;
  // Whether this was the version; throws if it is another one.
  bool TakeVersion(const Scalar& value) const;

  std::string key_;

 private:
  bool Give(const Scalar& value) {
    ++values_;
    Take(value);
    return true;
  }

  uint64_t values_ = 0;
};

// Gives a text in pieces, each valid until the next one is asked for; from its
// end on empty ones.
using TextSource = std::function<std::string_view()>;

// Takes a text piece by piece.
using TextSink = std::function<void(std::string_view)>;

// Reads a whole text. Holds no more of it than 64 KiB and one piece.
void ReadJson(const TextSource& source, ValueReader& reader);

}  // namespace ipband
