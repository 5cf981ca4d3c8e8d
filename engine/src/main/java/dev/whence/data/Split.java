package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A training set S and the test set that was published with it, if any.
 *
 * @param train training examples, S, from which subsets are drawn
 * @param test examples to explain, or null where the source has no test set
 */
@Api
public record Split(Dataset train, @Nullable Dataset test) {

  public Split {
    if (test != null && !Arrays.equals(train.features().shape(), test.features().shape())) {
      throw new BadInputException(
          "dataset: expected train and test examples of one shape, found %s and %s"
              .formatted(train.features().shapeText(), test.features().shapeText()));
    }
    if (test != null && train.labels().getClass() != test.labels().getClass()) {
      throw new BadInputException(
          "dataset: expected train and test labels of one kind, found classes and real numbers");
    }
    if (test != null
        && train.labels() instanceof Labels.Classes trainClasses
        && test.labels() instanceof Labels.Classes testClasses
        && !trainClasses.names().equals(testClasses.names())) {
      throw new BadInputException(
          "dataset: expected the same classes in train and test, found %s and %s"
              .formatted(trainClasses.names(), testClasses.names()));
    }
  }
}
