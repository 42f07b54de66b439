// SPDX-License-Identifier: Apache-2.0
//
// A network (address and prefix length, host bits zero) and a range of
// addresses. Plain values, safe to use from any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/net/address.h"

namespace ipband {

// The address with all bits behind the first `bits` set to 0 or to 1.
Address FirstAddress(const Address& address, int bits);
Address LastAddress(const Address& address, int bits);

struct Prefix {
  Address network;  // host bits are zero
  int bits = 0;

  bool Contains(const Address& address) const {
    return address.family == network.family &&
           FirstAddress(address, bits) == network;
  }
  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

// The network of this length around an address.
Prefix PrefixAround(const Address& address, int bits);

// "10.1.0.0/16", "2001:db8::/32" or one address. Host bits are masked off.
std::optional<Prefix> ParsePrefix(std::string_view text);

// "10.1.1.0/24"; the value of the `subnet` label.
std::string ToString(const Prefix& prefix);

// Both ends inclusive and of one family.
struct AddressRange {
  Address first;
  Address last;
  friend constexpr auto operator<=>(const AddressRange&,
                                    const AddressRange&) = default;
};

AddressRange RangeOf(const Prefix& prefix);

}  // namespace ipband
