package dev.whence.pool;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.whence.base.Api;
import dev.whence.base.Digest;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Relabelling;
import dev.whence.design.Design;
import dev.whence.design.Mask;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A change of the training set, after which models are trained: units taken out, examples that get
 * another class.
 *
 * @param removed units that are taken out of S, increasing
 * @param relabelled examples that get another class
 * @param subsets whether models are trained on random subsets of what is left, drawn by the study's
 *     design, and not on all of it (Ilyas et al. 2022, App. F.8, random control)
 */
@Api
public record Intervention(int[] removed, Relabelling relabelled, boolean subsets) {

  /** Changes nothing: models of the whole of S. */
  public static final Intervention NONE = new Intervention(new int[0], Relabelling.NONE, false);

  private static final int ID_DIGITS = 24;

  public Intervention {
    if (!IntStream.range(1, removed.length).allMatch(i -> removed[i - 1] < removed[i])) {
      throw new IllegalArgumentException("expected increasing units");
    }
  }

  /** Returns the removal of units from S. */
  public static Intervention remove(int... units) {
    return new Intervention(
        IntStream.of(units).sorted().distinct().toArray(), Relabelling.NONE, false);
  }

  /** Returns this intervention with {@code unit} taken out as well; −1 stands for no unit. */
  public Intervention without(int unit) {
    if (unit < 0 || Arrays.binarySearch(removed, unit) >= 0) {
      return this;
    }
    int[] more = IntStream.concat(IntStream.of(removed), IntStream.of(unit)).sorted().toArray();
    return new Intervention(more, relabelled, subsets);
  }

  /** Returns this change, followed by training on random subsets of what is left. */
  public Intervention onSubsets() {
    return new Intervention(removed, relabelled, true);
  }

  /** Returns whether it is {@link #NONE}. */
  @JsonIgnore
  public boolean isNone() {
    return equals(NONE);
  }

  /** Returns the content's digest, 24 hexadecimal digits: the same for the same change. */
  public String id() {
    return digest().hex(ID_DIGITS);
  }

  private Digest digest() {
    ByteBuffer content =
        ByteBuffer.allocate(
            Integer.BYTES * (3 + removed.length + 2 * relabelled.examples().length));
    content.putInt(subsets ? 1 : 0).putInt(removed.length);
    IntStream.of(removed).forEach(content::putInt);
    content.putInt(relabelled.examples().length);
    IntStream.of(relabelled.examples()).forEach(content::putInt);
    IntStream.of(relabelled.classes()).forEach(content::putInt);
    return Digest.of(content.array());
  }

  /**
   * Returns the model number {@code index} of this intervention.
   *
   * @param seed the study's seed
   * @param design the study's design
   */
  RunSpec run(long seed, Design design, int index) {
    long own = seed ^ digest().toLong();
    boolean[] out = new boolean[design.units()];
    IntStream.of(removed).forEach(j -> out[j] = true);
    Mask drawn = subsets ? design.mask(own, Purpose.SUBSET, index) : null;
    Mask subset = Mask.of(out.length, j -> !out[j] && (drawn == null || drawn.holds(j)));
    return new RunSpec(subset, relabelled, new Key(own, Purpose.INTERVENTION, index));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Intervention that
        && Arrays.equals(that.removed, removed)
        && that.relabelled.equals(relabelled)
        && that.subsets == subsets;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(removed);
  }
}
