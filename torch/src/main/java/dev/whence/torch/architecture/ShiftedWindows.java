package dev.whence.torch.architecture;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention within windows of 4 × 4 tokens of a map, with learned biases by relative position;
 * every other block shifts the map by half a window first (Liu et al. 2021, §3.2).
 */
final class ShiftedWindows {

  static final int WINDOW = 4;
  private static final int TOKENS = WINDOW * WINDOW;
  private static final int OFFSETS = 2 * WINDOW - 1;

  /** What keeps tokens apart that only the shift made neighbours. */
  private static final float APART = -100f;

  private final int height;
  private final int width;
  private final int shiftRows;
  private final int shiftColumns;

  /** For a map of height × width tokens. */
  ShiftedWindows(int height, int width, boolean shifted) {
    this.height = Math.ceilDiv(height, WINDOW) * WINDOW;
    this.width = Math.ceilDiv(width, WINDOW) * WINDOW;
    shiftRows = shifted && this.height > WINDOW ? WINDOW / 2 : 0;
    shiftColumns = shifted && this.width > WINDOW ? WINDOW / 2 : 0;
  }

  /** Returns the layer, from and to [n, height, width, channels]. */
  Layer attention(Layers layers, String name, long channels, int heads) {
    Parameter table =
        layers.declare(
            name + ".relative_position_bias_table",
            Init.normal(0.02),
            (long) OFFSETS * OFFSETS,
            heads);
    Layer qkv = SwinTransformer.linear(layers, name + ".qkv", channels, 3 * channels);
    Layer projection = SwinTransformer.linear(layers, name + ".proj", channels, channels);
    return (x, training) -> {
      Tensor map = padded(x, height - x.size(1), width - x.size(2));
      if (shiftRows + shiftColumns > 0) {
        map = map.roll(new long[] {-shiftRows, -shiftColumns}, 1, 2);
      }
      Tensor windows = windows(map);
      Tensor mixed = Attention.apply(qkv.apply(windows, training), heads, bias(x, table, heads));
      Tensor whole = unite(projection.apply(mixed, training), x.size(0));
      if (shiftRows + shiftColumns > 0) {
        whole = whole.roll(new long[] {shiftRows, shiftColumns}, 1, 2);
      }
      return whole.narrow(1, 0, x.size(1)).narrow(2, 0, x.size(2));
    };
  }

  /** Returns {@code x} with rows and columns of zeros at its end. */
  static Tensor padded(Tensor x, long rows, long columns) {
    return rows + columns == 0
        ? x
        : torch.constant_pad_nd(x, new long[] {0, 0, 0, columns, 0, rows}, new Scalar(0));
  }

  /** [n, height, width, c] as [n · windows, tokens, c]. */
  private Tensor windows(Tensor map) {
    long c = map.size(3);
    return map.reshape(map.size(0), height / WINDOW, WINDOW, width / WINDOW, WINDOW, c)
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, TOKENS, c);
  }

  /** The reverse of {@link #windows}. */
  private Tensor unite(Tensor windows, long n) {
    long c = windows.size(2);
    return windows
        .reshape(n, height / WINDOW, width / WINDOW, WINDOW, WINDOW, c)
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(n, height, width, c);
  }

  /** Biases [1 or n · windows, heads, tokens, tokens]: of relative positions, and of the shift. */
  private TensorOptional bias(Tensor x, Parameter table, int heads) {
    Tensor relative =
        table
            .tensor()
            .index_select(
                0, Tensor.create(relativePositions()).to(x.device(), torch.ScalarType.Long))
            .view(TOKENS, TOKENS, heads)
            .permute(2, 0, 1)
            .unsqueeze(0);
    if (shiftRows + shiftColumns == 0) {
      return new TensorOptional(relative);
    }
    int count = height / WINDOW * (width / WINDOW);
    Tensor apart =
        Tensor.create(strangers(), 1, count, 1, TOKENS, TOKENS)
            .to(x.device(), torch.ScalarType.Float)
            .expand(x.size(0), count, 1, TOKENS, TOKENS)
            .reshape(-1, 1, TOKENS, TOKENS);
    return new TensorOptional(relative.add(apart));
  }

  /** For each pair of tokens the row of the table: [tokens · tokens]. */
  private static long[] relativePositions() {
    long[] positions = new long[TOKENS * TOKENS];
    for (int a = 0; a < TOKENS; a++) {
      for (int b = 0; b < TOKENS; b++) {
        int rows = a / WINDOW - b / WINDOW + WINDOW - 1;
        int columns = a % WINDOW - b % WINDOW + WINDOW - 1;
        positions[a * TOKENS + b] = (long) rows * OFFSETS + columns;
      }
    }
    return positions;
  }

  /** For each window and pair of its tokens 0, or {@link #APART}: [windows, tokens, tokens]. */
  private float[] strangers() {
    int columns = width / WINDOW;
    int count = height / WINDOW * columns;
    float[] mask = new float[count * TOKENS * TOKENS];
    for (int w = 0; w < count; w++) {
      for (int a = 0; a < TOKENS; a++) {
        for (int b = 0; b < TOKENS; b++) {
          boolean same = region(w, a, columns) == region(w, b, columns);
          mask[(w * TOKENS + a) * TOKENS + b] = same ? 0 : APART;
        }
      }
    }
    return mask;
  }

  /** Which of the at most nine parts of the unshifted map a token comes from. */
  private int region(int window, int token, int columns) {
    int row = window / columns * WINDOW + token / WINDOW;
    int column = window % columns * WINDOW + token % WINDOW;
    return 3 * part(row, height, shiftRows) + part(column, width, shiftColumns);
  }

  private static int part(int position, int size, int shift) {
    if (shift == 0 || position < size - WINDOW) {
      return 0;
    }
    return position < size - shift ? 1 : 2;
  }
}
