// SPDX-License-Identifier: Apache-2.0
#include "exporter/delivery_metrics.h"

#include "collectors/metrics/family.h"

namespace ipband {

std::vector<prometheus::MetricFamily> DeliveryMetrics(
    const ReporterCounts& counts) {
  FamilyBuilder deliveries = FamilyBuilder::Counter(
      "ipband_report_deliveries_total", "Documents that were delivered.");
  FamilyBuilder failures =
      FamilyBuilder::Counter("ipband_report_delivery_failures_total",
                             "Attempts to deliver a document that failed.");
  FamilyBuilder undelivered = FamilyBuilder::Gauge(
      "ipband_reports_undelivered", "Documents that wait to be delivered.");
  for (const ReporterCounts::SinkCounts& sink : counts.sinks) {
    const MetricLabels labels = {{"sink", sink.sink}};
    deliveries.Add(labels, sink.counts.deliveries);
    failures.Add(labels, sink.counts.failures);
    undelivered.Add(labels, sink.counts.undelivered);
  }
  return {
      deliveries.Build(),
      failures.Build(),
      undelivered.Build(),
      GaugeFamily("ipband_report_queue_length",
                  "Reports that wait to be laid out.", counts.queued),
      CounterFamily("ipband_report_queue_dropped_total",
                    "Documents that a full queue refused.", counts.dropped),
      GaugeFamily("ipband_report_files", "Files in the reports' directory.",
                  counts.files),
      GaugeFamily("ipband_report_files_bytes",
                  "Size of the files in the reports' directory.",
                  counts.files_bytes),
  };
}

}  // namespace ipband
