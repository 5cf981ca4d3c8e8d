package dev.whence.torch;

import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.StandardizedLabels;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What is minimised: the mean over a minibatch of the cross-entropy, or of the squared error of
 * standardised labels.
 *
 * @param outputs values that a network gives for an example
 * @param classes class of each example of S, where they are classes
 * @param values standardised label of each example of S, where they are real
 * @param smoothing of the labels
 * @param shift a prediction is shift + scale · output
 * @param scale see shift
 */
record Objective(
    int outputs,
    int @Nullable [] classes,
    float @Nullable [] values,
    double smoothing,
    float shift,
    float scale) {

  private static final long MEAN = 1;
  private static final long IGNORED = -100;

  static Objective classes(Labels.Classes labels, TorchConfig config) {
    double smoothing = config.labelSmoothing();
    return new Objective(labels.count(), labels.values(), null, smoothing, 0, 1);
  }

  static Objective reals(Labels.Reals labels) {
    StandardizedLabels scaled = StandardizedLabels.of(labels);
    return new Objective(1, null, scaled.values(), 0, scaled.shift(), scaled.scale());
  }

  /** Returns the objective under other labels of some examples. */
  Objective relabelled(Relabelling changed) {
    if (classes == null) {
      changed.requireNone();
      return this;
    }
    return new Objective(outputs, changed.apply(classes), values, smoothing, shift, scale);
  }

  /** Returns shift + scale·z, z the mean of the outputs of several passes. */
  float[] predictions(List<float[]> passes) {
    float[] predictions = passes.getFirst().clone();
    for (float[] pass : passes.subList(1, passes.size())) {
      for (int i = 0; i < pass.length; i++) {
        predictions[i] += pass[i];
      }
    }
    float factor = scale / passes.size();
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = shift + factor * predictions[i];
    }
    return predictions;
  }

  /**
   * Returns the loss of a minibatch.
   *
   * @param z outputs [count, outputs]
   * @param examples the minibatch's, {@code count} of them from {@code from}
   */
  Tensor loss(Tensor z, int[] examples, int from, int count) {
    if (classes != null) {
      long[] labels = new long[count];
      for (int i = 0; i < count; i++) {
        labels[i] = classes[examples[from + i]];
      }
      Tensor target = Tensor.create(labels).to(z.device(), torch.ScalarType.Long);
      return torch.cross_entropy_loss(z, target, new TensorOptional(), MEAN, IGNORED, smoothing);
    }
    float[] all = Objects.requireNonNull(values);
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = all[examples[from + i]];
    }
    Tensor target = Tensor.create(labels, count, 1).to(z.device(), torch.ScalarType.Float);
    return torch.mse_loss(z, target);
  }
}
