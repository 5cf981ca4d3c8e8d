package dev.whence.data;

/** Brings the dimensions of pictures into the order channels, rows, columns. */
final class Channels {

  private Channels() {}

  /**
   * Returns features whose examples have rank 3 with the channels first, and reports where their
   * place was guessed. Features of another rank have no channels and are returned as they are.
   */
  static Features first(String where, Features features, Reading reading) {
    int[] shape = features.shape();
    if (shape.length != 3) {
      return features;
    }
    String said = reading.options().channels();
    if (said != null) {
      return said.equals(ReadOptions.LAST) ? transposed(features) : features;
    }
    boolean last = areLast(shape);
    if (last || !areFirst(shape)) {
      reading.tell(
          "%s: examples of shape %s are read as %s (--channels first|last)",
          where,
          features.shapeText(),
          last ? "rows, columns, channels" : "channels, rows, columns");
    }
    return last ? transposed(features) : features;
  }

  private static boolean few(int n) {
    return n == 1 || n == 3 || n == 4;
  }

  private static boolean areFirst(int[] shape) {
    return few(shape[0]) ? !few(shape[2]) : shape[1] == shape[2] && shape[0] != shape[1];
  }

  private static boolean areLast(int[] shape) {
    return few(shape[2])
        ? !few(shape[0])
        : !few(shape[0]) && shape[0] == shape[1] && shape[1] != shape[2];
  }

  /** Returns [h, w, c] as [c, h, w], and [h, w, 1] as [h, w]. */
  private static Features transposed(Features features) {
    int h = features.shape()[0];
    int w = features.shape()[1];
    int c = features.shape()[2];
    float[] from = features.values();
    float[] to = new float[from.length];
    for (int i = 0; i < features.rows(); i++) {
      int at = i * h * w * c;
      for (int p = 0; p < h * w; p++) {
        for (int k = 0; k < c; k++) {
          to[at + k * h * w + p] = from[at + p * c + k];
        }
      }
    }
    int[] shape = c == 1 ? new int[] {h, w} : new int[] {c, h, w};
    return new Features(features.rows(), shape, to, features.bytes());
  }
}
