package dev.whence.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis: its label and the range of its numbers.
 *
 * @param label quantity on the axis, with its unit
 * @param low number at the left or lower end
 * @param high number at the right or upper end
 * @param logarithmic whether equal distances are equal ratios
 */
record Scale(String label, double low, double high, boolean logarithmic) {

  /** Returns a linear axis that spans the values, a little beyond both ends. */
  static Scale linear(String label, double low, double high) {
    double margin = high > low ? 0.04 * (high - low) : Math.max(1e-9, Math.abs(low) * 0.1);
    return new Scale(label, low - margin, high + margin, false);
  }

  /** Returns a logarithmic axis that spans the positive values, a little beyond both ends. */
  static Scale logarithmic(String label, double low, double high) {
    double margin = Math.pow(high / low, 0.05) * 1.02;
    return new Scale(label, low / margin, high * margin, true);
  }

  /** Returns where {@code value} lies between the ends, 0 to 1. */
  double position(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  /** Returns round numbers within the axis. */
  List<Double> ticks() {
    return logarithmic ? logarithmicTicks() : linearTicks();
  }

  private List<Double> linearTicks() {
    double raw = (high - low) / 6;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        raw / power < 1.5
            ? power
            : raw / power < 3.5 ? 2 * power : raw / power < 7.5 ? 5 * power : 10 * power;
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private List<Double> logarithmicTicks() {
    List<Double> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
      for (int digit : new int[] {1, 2, 5}) {
        double tick = digit * Math.pow(10, e);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** Returns a tick as people write it. */
  static String text(double tick) {
    if (tick != 0 && Math.abs(tick) < 0.001) {
      return "%.0e".formatted(tick);
    }
    String text = String.format(Locale.ROOT, "%.4f", tick);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
