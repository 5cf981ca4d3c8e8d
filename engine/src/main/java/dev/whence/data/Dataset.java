package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;

/**
 * Examples: features, labels and metadata.
 *
 * @param features inputs [rows, shape…]
 * @param labels classes or real numbers, one a row
 * @param metadata names, groups, coordinates, thumbnails and places; any may be absent
 */
@Api
public record Dataset(Features features, Labels labels, Metadata metadata) {

  public Dataset {
    if (features.rows() != labels.rows()) {
      throw new BadInputException(
          "dataset: expected as many labels as examples, found %d examples and %d labels"
              .formatted(features.rows(), labels.rows()));
    }
    metadata.check(features.rows());
  }

  public Dataset(Features features, Labels labels) {
    this(features, labels, Metadata.NONE);
  }

  /** Returns the number of examples. */
  public int rows() {
    return features.rows();
  }

  /** Returns the examples with the given indices, in that order. */
  public Dataset select(int[] indices) {
    return new Dataset(features.select(indices), labels.select(indices), metadata.select(indices));
  }

  /**
   * Returns this dataset with the parts of {@code more} in place of the same parts of its metadata.
   */
  public Dataset withMetadata(Metadata more) {
    return new Dataset(features, labels, metadata.with(more));
  }
}
