package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ConvKernels} on vectors of 256 bits: computes the four pixels of a window for one strip of
 * 16 output channels at a time, so that the maximum over the window is found in registers.
 */
final class Vector256ConvKernels implements ConvKernels {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> CODES = IntVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /** Number of taps whose gradients {@link #weightGradient} accumulates together. */
  private static final int TAPS = 9;

  @Override
  public String name() {
    return "vector256";
  }

  @Override
  public void forward(
      ConvShape shape,
      float[] x,
      int xAt,
      Strips w,
      float[] bias,
      float[] y,
      int yAt,
      int[] winners,
      int winnersAt) {
    assert DenseFence.forward(shape, x, xAt, w, bias, y, yAt, winners, winnersAt);
    for (int p = 0; p < w.strips(); p++) {
      for (int i = 0; i < shape.pooledHeight(); i++) {
        for (int j = 0; j < shape.pooledWidth(); j++) {
          int to = yAt + shape.pooled(i, j) + p * WIDTH;
          int winner = winnersAt + (i * shape.pooledWidth() + j) * shape.outputs() + p * WIDTH;
          int from = xAt + shape.window(i, j);
          window(
              shape,
              x,
              from,
              w.data(),
              p * shape.taps() * WIDTH,
              bias,
              p * WIDTH,
              y,
              to,
              winners,
              winner);
        }
      }
    }
  }

  /**
   * Computes one window's outputs, and their winners, for a strip of 16 output channels.
   *
   * @param from index in {@code x} of the 4 × 4 pixels under the window
   * @param row index in {@code w} of the strip's first weight
   * @param channel the strip's first output channel
   * @param to index in {@code y} of the first output
   * @param winner index in {@code winners} of the first winner
   */
  private static void window(
      ConvShape shape,
      float[] x,
      int from,
      float[] w,
      int row,
      float[] bias,
      int channel,
      float[] y,
      int to,
      int[] winners,
      int winner) {
    int taps = 3 * shape.inputs();
    FloatVector a0l = FloatVector.fromArray(SPECIES, bias, channel);
    FloatVector a0h = FloatVector.fromArray(SPECIES, bias, channel + LANES);
    FloatVector a1l = a0l;
    FloatVector a1h = a0h;
    FloatVector a2l = a0l;
    FloatVector a2h = a0h;
    FloatVector a3l = a0l;
    FloatVector a3h = a0h;
    for (int r = 0; r < 3; r++) {
      int left = from + r * shape.inputRow();
      int right = left + shape.inputs();
      int below = left + shape.inputRow();
      int across = below + shape.inputs();
      for (int t = 0; t < taps; t++, row += WIDTH) {
        int filter = Indices.plain(row);
        FloatVector wl = FloatVector.fromArray(SPECIES, w, filter);
        FloatVector wh = FloatVector.fromArray(SPECIES, w, filter + LANES);
        FloatVector x0 = FloatVector.broadcast(SPECIES, x[left + t]);
        a0l = x0.fma(wl, a0l);
        a0h = x0.fma(wh, a0h);
        FloatVector x1 = FloatVector.broadcast(SPECIES, x[right + t]);
        a1l = x1.fma(wl, a1l);
        a1h = x1.fma(wh, a1h);
        FloatVector x2 = FloatVector.broadcast(SPECIES, x[below + t]);
        a2l = x2.fma(wl, a2l);
        a2h = x2.fma(wh, a2h);
        FloatVector x3 = FloatVector.broadcast(SPECIES, x[across + t]);
        a3l = x3.fma(wl, a3l);
        a3h = x3.fma(wh, a3h);
      }
    }
    pool(a0l, a1l, a2l, a3l, y, to, winners, winner);
    pool(a0h, a1h, a2h, a3h, y, to + LANES, winners, winner + LANES);
  }

  /**
   * Writes, for 8 output channels, the maximum of a window's four pixels to {@code y}, or 0 where
   * it is negative, and the number of the pixel that has the maximum, or {@code DEAD}, to {@code
   * winners}.
   */
  private static void pool(
      FloatVector a0,
      FloatVector a1,
      FloatVector a2,
      FloatVector a3,
      float[] y,
      int to,
      int[] winners,
      int winner) {
    VectorMask<Float> second = a1.compare(VectorOperators.GT, a0);
    FloatVector best = a0.blend(a1, second);
    IntVector pixel = IntVector.zero(CODES).blend(1, second.cast(CODES));
    VectorMask<Float> third = a2.compare(VectorOperators.GT, best);
    best = best.blend(a2, third);
    pixel = pixel.blend(2, third.cast(CODES));
    VectorMask<Float> fourth = a3.compare(VectorOperators.GT, best);
    best = best.blend(a3, fourth);
    pixel = pixel.blend(3, fourth.cast(CODES));
    VectorMask<Float> dead = best.compare(VectorOperators.LE, 0f);
    best.blend(0f, dead).intoArray(y, to);
    pixel.blend(DEAD, dead.cast(CODES)).intoArray(winners, winner);
  }

  @Override
  public void biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient) {
    assert DenseFence.biasGradient(shape, dy, dyAt, winners, winnersAt, gradient);
    for (int channel = 0; channel < shape.outputs(); channel += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, gradient, channel);
      int winner = winnersAt + channel;
      for (int i = 0; i < shape.pooledHeight(); i++) {
        for (int j = 0; j < shape.pooledWidth(); j++) {
          IntVector pixel = IntVector.fromArray(CODES, winners, winner);
          VectorMask<Float> dead = pixel.compare(VectorOperators.EQ, DEAD).cast(SPECIES);
          int from = dyAt + shape.pooled(i, j) + channel;
          sum = sum.add(FloatVector.fromArray(SPECIES, dy, from).blend(0f, dead));
          winner += shape.outputs();
        }
      }
      sum.intoArray(gradient, channel);
    }
  }

  @Override
  public void weightGradient(
      ConvShape shape,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      Strips gradient) {
    assert DenseFence.weightGradient(shape, x, xAt, dy, dyAt, winners, winnersAt, gradient);
    int[] taps = shape.tapOffsets();
    for (int channel = 0; channel < shape.outputs(); channel += LANES) {
      for (int t = 0; t < taps.length; t += TAPS) {
        int at = gradient.index(t, channel);
        tapGradient(
            shape,
            taps,
            t,
            x,
            xAt,
            dy,
            dyAt + channel,
            winners,
            winnersAt + channel,
            gradient.data(),
            at);
      }
    }
  }

  /**
   * Adds the gradient of 9 taps, from number {@code tap} on, to {@code gradient}, for 8 output
   * channels, summed over all windows of one example.
   *
   * @param at index in {@code gradient} of the first tap in the first of the 8 channels
   */
  private static void tapGradient(
      ConvShape shape,
      int[] taps,
      int tap,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      float[] gradient,
      int at) {
    int[] pixels = shape.pixels();
    int o0 = taps[tap + 0];
    int o1 = taps[tap + 1];
    int o2 = taps[tap + 2];
    int o3 = taps[tap + 3];
    int o4 = taps[tap + 4];
    int o5 = taps[tap + 5];
    int o6 = taps[tap + 6];
    int o7 = taps[tap + 7];
    int o8 = taps[tap + 8];
    FloatVector g0 = FloatVector.fromArray(SPECIES, gradient, at + 0 * WIDTH);
    FloatVector g1 = FloatVector.fromArray(SPECIES, gradient, at + 1 * WIDTH);
    FloatVector g2 = FloatVector.fromArray(SPECIES, gradient, at + 2 * WIDTH);
    FloatVector g3 = FloatVector.fromArray(SPECIES, gradient, at + 3 * WIDTH);
    FloatVector g4 = FloatVector.fromArray(SPECIES, gradient, at + 4 * WIDTH);
    FloatVector g5 = FloatVector.fromArray(SPECIES, gradient, at + 5 * WIDTH);
    FloatVector g6 = FloatVector.fromArray(SPECIES, gradient, at + 6 * WIDTH);
    FloatVector g7 = FloatVector.fromArray(SPECIES, gradient, at + 7 * WIDTH);
    FloatVector g8 = FloatVector.fromArray(SPECIES, gradient, at + 8 * WIDTH);
    for (int i = 0; i < shape.pooledHeight(); i++) {
      for (int j = 0; j < shape.pooledWidth(); j++) {
        int from = xAt + shape.window(i, j);
        int output = dyAt + shape.pooled(i, j);
        int winner = winnersAt + (i * shape.pooledWidth() + j) * shape.outputs();
        IntVector code = IntVector.fromArray(CODES, winners, winner);
        FloatVector value = FloatVector.fromArray(SPECIES, dy, output);
        for (int p = 0; p < 4; p++) {
          VectorMask<Float> won = code.compare(VectorOperators.EQ, p).cast(SPECIES);
          FloatVector d = FloatVector.zero(SPECIES).blend(value, won);
          int patch = from + pixels[p];
          g0 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o0]), g0);
          g1 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o1]), g1);
          g2 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o2]), g2);
          g3 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o3]), g3);
          g4 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o4]), g4);
          g5 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o5]), g5);
          g6 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o6]), g6);
          g7 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o7]), g7);
          g8 = d.fma(FloatVector.broadcast(SPECIES, x[patch + o8]), g8);
        }
      }
    }
    g0.intoArray(gradient, at + 0 * WIDTH);
    g1.intoArray(gradient, at + 1 * WIDTH);
    g2.intoArray(gradient, at + 2 * WIDTH);
    g3.intoArray(gradient, at + 3 * WIDTH);
    g4.intoArray(gradient, at + 4 * WIDTH);
    g5.intoArray(gradient, at + 5 * WIDTH);
    g6.intoArray(gradient, at + 6 * WIDTH);
    g7.intoArray(gradient, at + 7 * WIDTH);
    g8.intoArray(gradient, at + 8 * WIDTH);
  }

  @Override
  public void filterGradient(
      ConvShape shape, float[] x, int xAt, LiveWinners live, float[] gradient, int at) {
    assert DenseFence.sixteens(shape) && DenseFence.filterGradient(shape, x, xAt, gradient, at);
    for (int row = 0; row < 3; row++) {
      for (int channel = 0; channel < shape.inputs(); channel += WIDTH) {
        int from = xAt + row * shape.inputRow() + channel;
        filterRow(live, x, from, shape.inputs(), gradient, at + 3 * row * shape.inputs() + channel);
      }
    }
  }

  /**
   * Adds the gradient of one row of an output channel's filter, 3 pixels × a strip of 16 input
   * channels, to {@code gradient}: 48 sums over the channel's live winners.
   *
   * @param from index in {@code x} that the patch indices of {@code live} are counted from
   * @param stride number of input channels
   * @param at index in {@code gradient} of the row's first pixel in the first of the 16 channels
   */
  private static void filterRow(
      LiveWinners live, float[] x, int from, int stride, float[] gradient, int at) {
    int second = at + stride;
    int third = second + stride;
    FloatVector g0l = FloatVector.fromArray(SPECIES, gradient, at);
    FloatVector g0h = FloatVector.fromArray(SPECIES, gradient, at + LANES);
    FloatVector g1l = FloatVector.fromArray(SPECIES, gradient, second);
    FloatVector g1h = FloatVector.fromArray(SPECIES, gradient, second + LANES);
    FloatVector g2l = FloatVector.fromArray(SPECIES, gradient, third);
    FloatVector g2h = FloatVector.fromArray(SPECIES, gradient, third + LANES);
    int[] patches = live.patches;
    float[] values = live.values;
    for (int i = 0; i < live.count; i++) {
      FloatVector value = FloatVector.broadcast(SPECIES, values[i]);
      int p0 = Indices.plain(from + patches[i]);
      int p1 = Indices.plain(p0 + stride);
      int p2 = Indices.plain(p1 + stride);
      g0l = value.fma(FloatVector.fromArray(SPECIES, x, p0), g0l);
      g0h = value.fma(FloatVector.fromArray(SPECIES, x, p0 + LANES), g0h);
      g1l = value.fma(FloatVector.fromArray(SPECIES, x, p1), g1l);
      g1h = value.fma(FloatVector.fromArray(SPECIES, x, p1 + LANES), g1h);
      g2l = value.fma(FloatVector.fromArray(SPECIES, x, p2), g2l);
      g2h = value.fma(FloatVector.fromArray(SPECIES, x, p2 + LANES), g2h);
    }
    g0l.intoArray(gradient, at);
    g0h.intoArray(gradient, at + LANES);
    g1l.intoArray(gradient, second);
    g1h.intoArray(gradient, second + LANES);
    g2l.intoArray(gradient, third);
    g2h.intoArray(gradient, third + LANES);
  }

  @Override
  public void inputGradient(
      ConvShape shape,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      float[] filters,
      float[] dx) {
    assert DenseFence.sixteens(shape)
        && DenseFence.inputGradient(shape, dy, dyAt, winners, winnersAt, filters, dx);
    WinningChannels channels = new WinningChannels(shape);
    int[] pixels = shape.pixels();
    for (int i = 0; i < shape.pooledHeight(); i++) {
      for (int j = 0; j < shape.pooledWidth(); j++) {
        int winner = winnersAt + (i * shape.pooledWidth() + j) * shape.outputs();
        channels.collect(dy, dyAt + shape.pooled(i, j), winners, winner);
        for (int p = 0; p < pixels.length; p++) {
          int patch = shape.window(i, j) + pixels[p];
          for (int row = 0; row < 3; row++) {
            for (int c = 0; c < shape.inputs(); c += WIDTH) {
              int tap = 3 * row * shape.inputs() + c;
              int to = patch + row * shape.inputRow() + c;
              patchRow(channels, p, filters, tap, shape.inputs(), dx, to);
            }
          }
        }
      }
    }
  }

  /**
   * Adds to {@code dx} the gradient of one row of a patch of the input, 3 pixels × a strip of 16
   * input channels: 48 sums over the output channels that have their maximum at {@code pixel} of a
   * window.
   *
   * @param tap index in a channel's filter of the row's first weight
   * @param stride number of input channels
   * @param at index in {@code dx} of the row's first pixel in the first of the 16 channels
   */
  private static void patchRow(
      WinningChannels channels,
      int pixel,
      float[] filters,
      int tap,
      int stride,
      float[] dx,
      int at) {
    int second = at + stride;
    int third = second + stride;
    FloatVector d0l = FloatVector.fromArray(SPECIES, dx, at);
    FloatVector d0h = FloatVector.fromArray(SPECIES, dx, at + LANES);
    FloatVector d1l = FloatVector.fromArray(SPECIES, dx, second);
    FloatVector d1h = FloatVector.fromArray(SPECIES, dx, second + LANES);
    FloatVector d2l = FloatVector.fromArray(SPECIES, dx, third);
    FloatVector d2h = FloatVector.fromArray(SPECIES, dx, third + LANES);
    int[] filterStarts = channels.filters;
    float[] values = channels.values;
    int end = channels.end(pixel);
    for (int i = channels.start(pixel); i < end; i++) {
      FloatVector value = FloatVector.broadcast(SPECIES, values[i]);
      int w0 = Indices.plain(tap + filterStarts[i]);
      int w1 = Indices.plain(w0 + stride);
      int w2 = Indices.plain(w1 + stride);
      d0l = value.fma(FloatVector.fromArray(SPECIES, filters, w0), d0l);
      d0h = value.fma(FloatVector.fromArray(SPECIES, filters, w0 + LANES), d0h);
      d1l = value.fma(FloatVector.fromArray(SPECIES, filters, w1), d1l);
      d1h = value.fma(FloatVector.fromArray(SPECIES, filters, w1 + LANES), d1h);
      d2l = value.fma(FloatVector.fromArray(SPECIES, filters, w2), d2l);
      d2h = value.fma(FloatVector.fromArray(SPECIES, filters, w2 + LANES), d2h);
    }
    d0l.intoArray(dx, at);
    d0h.intoArray(dx, at + LANES);
    d1l.intoArray(dx, second);
    d1h.intoArray(dx, second + LANES);
    d2l.intoArray(dx, third);
    d2h.intoArray(dx, third + LANES);
  }
}
