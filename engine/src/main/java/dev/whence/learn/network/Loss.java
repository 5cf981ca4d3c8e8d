package dev.whence.learn.network;

import dev.whence.data.Relabelling;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Strips;

/** The loss of a minibatch: turns the last layer's values into their gradient, in place. */
sealed interface Loss {

  /** Returns the loss under other labels of some examples. */
  Loss relabelled(Relabelling changed);

  /** Returns the number of outputs of a model for an example. */
  int outputs();

  /**
   * Replaces {@code z} by the gradient of the mean loss with respect to {@code z}.
   *
   * @param z outputs of the last layer, [count, pad(outputs)]; padding becomes 0
   * @param examples indices of examples; the minibatch's are the {@code count} entries from index
   *     {@code from}
   */
  void gradient(DenseKernels kernels, float[] z, int[] examples, int from, int count);

  /** Cross-entropy of softmax, with label smoothing as PyTorch defines it. */
  record CrossEntropy(int[] labels, int outputs, float smoothing) implements Loss {
    @Override
    public Loss relabelled(Relabelling changed) {
      return changed.isEmpty() ? this : new CrossEntropy(changed.apply(labels), outputs, smoothing);
    }

    @Override
    public void gradient(DenseKernels kernels, float[] z, int[] examples, int from, int count) {
      int stride = Strips.pad(outputs);
      for (int i = 0; i < count; i++) {
        int row = i * stride;
        float max = z[row];
        for (int c = 1; c < outputs; c++) {
          max = Math.max(max, z[row + c]);
        }
        for (int c = 0; c < outputs; c++) {
          z[row + c] -= max;
        }
      }
      kernels.exp(z, 0, count * stride);
      float share = smoothing / outputs;
      float mean = 1f / count;
      for (int i = 0; i < count; i++) {
        int row = i * stride;
        float sum = 0;
        for (int c = 0; c < outputs; c++) {
          sum += z[row + c];
        }
        float inverse = 1f / sum;
        for (int c = 0; c < outputs; c++) {
          z[row + c] = (z[row + c] * inverse - share) * mean;
        }
        z[row + labels[examples[from + i]]] -= (1f - smoothing) * mean;
        for (int c = outputs; c < stride; c++) {
          z[row + c] = 0;
        }
      }
    }
  }

  /** Mean squared error (z − y)² of real labels y. */
  record SquaredError(float[] labels) implements Loss {
    @Override
    public Loss relabelled(Relabelling changed) {
      changed.requireNone();
      return this;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public void gradient(DenseKernels kernels, float[] z, int[] examples, int from, int count) {
      int stride = Strips.pad(1);
      for (int i = 0; i < count; i++) {
        z[i * stride] = 2f * (z[i * stride] - labels[examples[from + i]]) / count;
        for (int c = 1; c < stride; c++) {
          z[i * stride + c] = 0;
        }
      }
    }
  }
}
