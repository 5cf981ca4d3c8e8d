package dev.whence.design;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Split;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Takes targets out of a dataset that was published without a test set. */
public final class HoldOut {

  private HoldOut() {}

  /**
   * Returns {@code split}; where it has no test set, a random {@code fraction} of its examples
   * becomes the test set.
   */
  public static Split of(Split split, double fraction, long seed) {
    if (split.test() != null) {
      return split;
    }
    int rows = split.train().rows();
    int held = (int) Math.round(rows * fraction);
    if (!(fraction > 0 && fraction < 1) || held < 1 || rows - held < 2) {
      throw BadInputException.at(
          "holdout",
          "a fraction that leaves targets and at least 2 examples to train on",
          fraction);
    }
    int[] order = IntStream.range(0, rows).toArray();
    Key.shuffle(order, rows, new Key(seed, Purpose.HOLD_OUT, 0).random());
    int[] test = IntStream.of(order).limit(held).sorted().toArray();
    int[] train = IntStream.of(Arrays.copyOfRange(order, held, rows)).sorted().toArray();
    return new Split(split.train().select(train), split.train().select(test));
  }
}
