package dev.whence.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Examples that a run is trained on under another class than S gives them.
 *
 * @param examples indices of examples of S, increasing
 * @param classes new class of each of them
 */
@Api
public record Relabelling(int[] examples, int[] classes) {

  /** Changes nothing. */
  public static final Relabelling NONE = new Relabelling(new int[0], new int[0]);

  public Relabelling {
    if (examples.length != classes.length) {
      throw new IllegalArgumentException(
          "expected a class for each of %d examples, found %d"
              .formatted(examples.length, classes.length));
    }
    if (!IntStream.range(1, examples.length).allMatch(i -> examples[i - 1] < examples[i])) {
      throw new IllegalArgumentException("expected increasing examples");
    }
  }

  /** Returns whether no example changes its class. */
  @JsonIgnore
  public boolean isEmpty() {
    return examples.length == 0;
  }

  /** Returns {@code labels} themselves where nothing changes, else a changed copy. */
  public Labels apply(Labels labels) {
    if (isEmpty()) {
      return labels;
    }
    return switch (labels) {
      case Labels.Classes given -> new Labels.Classes(apply(given.values()), given.names());
      case Labels.Reals _ -> throw realLabels();
    };
  }

  /** Refuses a change of examples whose labels are real. */
  public void requireNone() {
    if (!isEmpty()) {
      throw realLabels();
    }
  }

  private static BadInputException realLabels() {
    return BadInputException.at("relabelling", "classes", "real labels");
  }

  /** Returns {@code values}, a class for each example of S, themselves or a changed copy. */
  public int[] apply(int[] values) {
    if (isEmpty()) {
      return values;
    }
    int[] changed = values.clone();
    for (int i = 0; i < examples.length; i++) {
      changed[examples[i]] = classes[i];
    }
    return changed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Relabelling that
        && Arrays.equals(that.examples, examples)
        && Arrays.equals(that.classes, classes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(examples) + Arrays.hashCode(classes);
  }
}
