// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/local_ranges.h"

#include <charconv>
#include <string>

#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

constexpr std::string_view kAllowed =
    "; allowed: auto, any, 10.1.0.0/16, 10.1.2.3, 10.1 (all that begins so), "
    "10.1.2.3-10.1.2.9, 2001:db8::/32";
constexpr std::string_view kAllowedInList =
    "; allowed: auto, any, 10.1.0.0/16, 10.1.2.3, 10.1 (all that begins so), "
    "10.1.2.3-10.1.2.9, with ':' between them";

[[noreturn]] void RefuseRange(std::string_view element,
                              const std::string& reason) {
  throw BadValue(Quote(element) + " " + reason);
}

std::string_view TrimBlanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// An address in full; ipband's octets may have leading zeros.
std::optional<Address> FullAddress(std::string_view text) {
  const std::optional<Octets> octets = ParseOctets(text);
  if (octets && octets->count == 4) return Address::V4(octets->address);
  return ParseAddress(text);
}

AddressRange ParseEnds(std::string_view element, size_t dash) {
  const std::optional<Address> first =
      FullAddress(TrimBlanks(element.substr(0, dash)));
  const std::optional<Address> last =
      FullAddress(TrimBlanks(element.substr(dash + 1)));
  if (!first || !last || first->family != last->family) {
    RefuseRange(element, "is not a range of two addresses of one family");
  }
  // ipband: reversed ends made a range that holds nothing.
  if (*last < *first) RefuseRange(element, "ends before it begins");
  return {*first, *last};
}

// ipband: the base of a/b was not masked down, /33 was taken for /32 and
// 0.0.0.0/0 was one address; all as the manual page says now.
AddressRange ParseCidr(std::string_view element, size_t slash) {
  const std::string_view base = element.substr(0, slash);
  const std::optional<Octets> octets = ParseOctets(base);
  const std::optional<Address> address =
      octets ? Address::V4(octets->address) : ParseAddress(base);
  if (!address) RefuseRange(element, "does not begin with an address");
  int bits = 0;
  const char* end = element.data() + element.size();
  const auto [rest, error] =
      std::from_chars(element.data() + slash + 1, end, bits);
  const int most = AddressBits(address->family);
  if (error != std::errc{} || rest != end || bits < 0 || bits > most) {
    RefuseRange(element,
                "has no mask of 0 to " + std::to_string(most) + " bits");
  }
  return RangeOf(PrefixAround(*address, bits));
}

AddressRange ParseRange(std::string_view element) {
  const size_t dash = element.find('-');
  if (dash != std::string_view::npos) return ParseEnds(element, dash);
  const size_t slash = element.find('/');
  if (slash != std::string_view::npos) return ParseCidr(element, slash);
  // ipband: 10.1 is 10.1.0.0/16; 10.1.2.0 is one address, whatever the manual
  // page says: with 24 mask bits its network is local either way.
  if (const std::optional<Octets> octets = ParseOctets(element)) {
    return RangeOf({Address::V4(octets->address), octets->count * 8});
  }
  const std::optional<Address> address = ParseAddress(element);
  if (!address) RefuseRange(element, "is not a network, address or range");
  return {*address, *address};
}

void Add(std::string_view element, LocalOptions& local) {
  element = TrimBlanks(element);
  if (element == "auto") {
    local.automatic = true;
  } else if (element == "any") {
    local.any = true;
  } else {
    local.ranges.push_back(ParseRange(element));
  }
}

// "10.1.2.3", "10.1.0.0/16", "10.1.2.3-10.1.2.9"
std::string ElementOf(const AddressRange& range) {
  const int most = AddressBits(range.first.family);
  if (range.first == range.last) return ToString(range.first);
  for (int bits = 0; bits < most; ++bits) {
    const Prefix prefix = PrefixAround(range.first, bits);
    if (RangeOf(prefix) == range) return ToString(prefix);
  }
  return ToString(range.first) + "-" + ToString(range.last);
}

}  // namespace

LocalOptions NothingLocal() {
  LocalOptions local;
  local.any = false;
  local.automatic = false;
  return local;
}

void AddLocal(std::string_view element, LocalOptions& local) {
  try {
    Add(element, local);
  } catch (const BadValue& error) {
    throw BadValue(error.what() + std::string(kAllowed));
  }
}

std::vector<std::string> LocalElements(const LocalOptions& local) {
  std::vector<std::string> elements;
  if (local.any) elements.push_back("any");
  if (local.automatic) elements.push_back("auto");
  for (const AddressRange& range : local.ranges) {
    elements.push_back(ElementOf(range));
  }
  return elements;
}

LocalOptions ParseLocalList(std::string_view list) {
  LocalOptions local = NothingLocal();
  if (list.find("::") != std::string_view::npos && ParsePrefix(list)) {
    throw BadValue(Quote(list) +
                   " is IPv6; allowed: IPv6 in the YAML list accounting.local");
  }
  try {
    // ipband: an empty element was taken for some network of zeros.
    for (size_t begin = 0; begin <= list.size();) {
      const size_t end = std::min(list.find(':', begin), list.size());
      Add(list.substr(begin, end - begin), local);
      begin = end + 1;
    }
  } catch (const BadValue& error) {
    throw BadValue(error.what() + std::string(kAllowedInList));
  }
  return local;
}

std::optional<Octets> ParseOctets(std::string_view text) {
  Octets octets;
  while (octets.count < 4) {
    const size_t dot = std::min(text.find('.'), text.size());
    uint32_t value = 0;
    const auto [rest, error] =
        std::from_chars(text.data(), text.data() + dot, value);
    if (error != std::errc{} || rest != text.data() + dot || dot > 3 ||
        value > 255) {
      return std::nullopt;
    }
    octets.address |= value << (24 - 8 * octets.count);
    ++octets.count;
    if (dot == text.size()) return octets;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

}  // namespace ipband
