package dev.whence.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whence.base.Json;
import java.util.List;
import java.util.Locale;

/**
 * One comparison.
 *
 * @param name of the case
 * @param ours the figure of Whence
 * @param peer the figure of the peer in the same run
 * @param unit of both
 * @param ratio above 1 where Whence is faster
 */
record BenchRow(
    @JsonProperty("case") String name,
    double ours,
    double peer,
    String peerName,
    String unit,
    double ratio) {

  /** Returns a comparison of rates, where more is faster. */
  static BenchRow rate(String name, double ours, double peer, String peerName, String unit) {
    return new BenchRow(name, ours, peer, peerName, unit, ours / peer);
  }

  /** Returns a comparison of times, where less is faster. */
  static BenchRow time(String name, double ours, double peer, String peerName, String unit) {
    return new BenchRow(name, ours, peer, peerName, unit, peer / ours);
  }

  static void print(List<BenchRow> rows, boolean json) {
    if (json) {
      System.out.print(Json.text(rows));
      return;
    }
    System.out.println(
        "%-26s %12s %12s  %-14s %7s  %s"
            .formatted("case", "ours", "peer", "unit", "ratio", "peer"));
    for (BenchRow row : rows) {
      System.out.println(
          String.format(
              Locale.ROOT,
              "%-26s %,12.2f %,12.2f  %-14s %6.2fx  %s",
              row.name,
              row.ours,
              row.peer,
              row.unit,
              row.ratio,
              row.peerName));
    }
  }
}
