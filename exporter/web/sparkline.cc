// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/sparkline.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "exporter/web/html.h"

namespace ipband {
namespace {

constexpr double kStep = 2;
constexpr double kWidth = kStep * 59;  // of 60 values
constexpr double kHeight = 24;
constexpr double kTop = 1.5;  // a stroke is as wide as that

std::string Point(double x, double y) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.0f,%.1f", x, y);
  return text.data();
}

double HeightOf(double value, double highest) {
  const double share = highest > 0 ? value / highest : 0;
  return kHeight - 1 - (kHeight - 1 - kTop) * std::clamp(share, 0.0, 1.0);
}

std::string Described(const std::vector<float>& values, double peak) {
  if (values.size() == 1) return "The last period: " + HumanBitRate(peak);
  return "The last " + std::to_string(values.size()) + " periods: peak " +
         HumanBitRate(peak) + ", latest " + HumanBitRate(double{values.back()});
}

}  // namespace

std::string Sparkline(const std::vector<float>& values,
                      std::optional<double> threshold) {
  if (values.empty()) return "";
  const double peak = *std::max_element(values.begin(), values.end());
  const double highest = std::max(peak, threshold.value_or(0));
  const double first =
      kWidth - kStep * (static_cast<double>(values.size()) - 1);
  std::string points;
  for (size_t i = 0; i < values.size(); ++i) {
    points +=
        (i == 0 ? "" : " ") + Point(first + kStep * static_cast<double>(i),
                                    HeightOf(double{values[i]}, highest));
  }
  std::string drawn;
  if (values.size() > 1) {
    drawn = "<polygon points=\"" + Point(first, kHeight) + " " + points + " " +
            Point(kWidth, kHeight) + "\"/><polyline points=\"" + points +
            "\"/>";
  } else {
    // A line of no length, which is a dot with round ends.
    drawn =
        "<polyline class=\"dot\" points=\"" + points + " " + points + "\"/>";
  }
  if (threshold && highest > 0) {
    const double y = HeightOf(*threshold, highest);
    drawn += "<polyline class=\"limit\" points=\"" + Point(0, y) + " " +
             Point(kWidth, y) + "\"/>";
  }
  std::array<char, 64> box{};
  std::snprintf(box.data(), box.size(), "viewBox=\"0 0 %.0f %.0f\"", kWidth,
                kHeight);
  return Element("svg",
                 "class=\"spark\" role=\"img\" " + std::string(box.data()) +
                     " preserveAspectRatio=\"none\" aria-label=\"" +
                     Described(values, peak) + "\"",
                 drawn);
}

}  // namespace ipband
