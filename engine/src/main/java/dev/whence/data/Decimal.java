package dev.whence.data;

import dev.whence.base.BadInputException;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Numbers in the text of tables, and the rounding of columns to float32. */
public final class Decimal {

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");

  /**
   * Largest rounding error to float32 that is accepted, as a fraction of the range of a column's
   * values.
   */
  private static final double COARSEST = 1e-3;

  private static final int MANY = 50_000;

  private Decimal() {}

  public static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** Returns whether a number is written without a point or an exponent. */
  static boolean isWhole(String text) {
    return WHOLE.matcher(text).matches();
  }

  /**
   * Returns whether rounding made more than one in a hundred of the distinct values equal to
   * another.
   */
  private static boolean merges(double[] values, float[] narrow) {
    if (values.length > MANY) {
      return false; // of more values, too many are equal by chance
    }
    long before = DoubleStream.of(values).distinct().count();
    long after = IntStream.range(0, narrow.length).mapToDouble(i -> narrow[i]).distinct().count();
    return (before - after) * 100 > before;
  }

  /** Returns numbers as float32; refuses numbers that float32 cannot tell apart. */
  static float[] narrow(String where, double[] values) {
    double low = DoubleStream.of(values).min().orElse(0);
    double high = DoubleStream.of(values).max().orElse(0);
    float[] narrow = new float[values.length];
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
      worst = Math.max(worst, Math.abs(values[i] - narrow[i]));
    }
    if (!(worst <= COARSEST * (high - low)) || merges(values, narrow)) {
      throw BadInputException.at(
          where,
          "numbers that float32 can tell apart (subtract their mean, or use another unit)",
          "%s to %s".formatted(low, high));
    }
    return narrow;
  }
}
