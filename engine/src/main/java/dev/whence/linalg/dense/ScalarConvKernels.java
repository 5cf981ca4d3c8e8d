package dev.whence.linalg.dense;

/** {@link ConvKernels} in plain Java: the specification, whose bits all implementations give. */
public final class ScalarConvKernels implements ConvKernels {

  @Override
  public String name() {
    return "scalar";
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
    int[] taps = shape.tapOffsets();
    int[] pixels = shape.pixels();
    int winner = winnersAt;
    for (int i = 0; i < shape.pooledHeight(); i++) {
      for (int j = 0; j < shape.pooledWidth(); j++) {
        for (int o = 0; o < shape.outputs(); o++) {
          float best = 0;
          int code = -1;
          for (int p = 0; p < pixels.length; p++) {
            int patch = xAt + shape.window(i, j) + pixels[p];
            float sum = bias[o];
            for (int t = 0; t < taps.length; t++) {
              sum = Math.fma(x[patch + taps[t]], w.data()[w.index(t, o)], sum);
            }
            if (code < 0 || sum > best) {
              best = sum;
              code = p;
            }
          }
          boolean dead = best <= 0;
          y[yAt + shape.pooled(i, j) + o] = dead ? 0 : best;
          winners[winner++] = dead ? DEAD : code;
        }
      }
    }
  }

  @Override
  public void biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient) {
    assert DenseFence.biasGradient(shape, dy, dyAt, winners, winnersAt, gradient);
    int winner = winnersAt;
    for (int i = 0; i < shape.pooledHeight(); i++) {
      for (int j = 0; j < shape.pooledWidth(); j++) {
        int from = dyAt + shape.pooled(i, j);
        for (int o = 0; o < shape.outputs(); o++) {
          if (winners[winner++] != DEAD) {
            gradient[o] += dy[from + o];
          }
        }
      }
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
    LiveWinners live = new LiveWinners(shape);
    float[] filter = new float[shape.taps()];
    for (int o = 0; o < shape.outputs(); o++) {
      for (int t = 0; t < filter.length; t++) {
        filter[t] = gradient.data()[gradient.index(t, o)];
      }
      live.collect(shape, o, dy, dyAt, winners, winnersAt);
      filterGradient(shape, x, xAt, live, filter, 0);
      for (int t = 0; t < filter.length; t++) {
        gradient.data()[gradient.index(t, o)] = filter[t];
      }
    }
  }

  @Override
  public void filterGradient(
      ConvShape shape, float[] x, int xAt, LiveWinners live, float[] gradient, int at) {
    assert DenseFence.filterGradient(shape, x, xAt, gradient, at);
    int[] taps = shape.tapOffsets();
    for (int t = 0; t < taps.length; t++) {
      for (int i = 0; i < live.count; i++) {
        gradient[at + t] =
            Math.fma(live.values[i], x[xAt + live.patches[i] + taps[t]], gradient[at + t]);
      }
    }
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
    assert DenseFence.inputGradient(shape, dy, dyAt, winners, winnersAt, filters, dx);
    int[] taps = shape.tapOffsets();
    int[] pixels = shape.pixels();
    for (int i = 0; i < shape.pooledHeight(); i++) {
      for (int j = 0; j < shape.pooledWidth(); j++) {
        int winner = winnersAt + (i * shape.pooledWidth() + j) * shape.outputs();
        for (int p = 0; p < pixels.length; p++) {
          for (int o = 0; o < shape.outputs(); o++) {
            if (winners[winner + o] == p) {
              float value = dy[dyAt + shape.pooled(i, j) + o];
              int patch = shape.window(i, j) + pixels[p];
              for (int t = 0; t < taps.length; t++) {
                int to = patch + taps[t];
                dx[to] = Math.fma(value, filters[o * taps.length + t], dx[to]);
              }
            }
          }
        }
      }
    }
  }
}
