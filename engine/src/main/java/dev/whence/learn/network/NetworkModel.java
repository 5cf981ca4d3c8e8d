package dev.whence.learn.network;

import dev.whence.data.Features;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.GradientProjection;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.Strips;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A trained built-in network; used by one thread. Examples go through it a minibatch at a time.
 *
 * @param inputs floats of an example in the network's layout
 * @param outputs number of outputs
 * @param batch largest number of rows of a pass
 * @param shift added to outputs, in regression
 * @param scale factor on outputs, in regression
 */
record NetworkModel(
    TrainedBySteps network,
    Function<Features, float[]> layout,
    int inputs,
    int outputs,
    int batch,
    float shift,
    float scale)
    implements DifferentiableModel {

  /** Examples that pass the network together. */
  private record Pass(int first, Rows x, float[] z) {}

  private void passes(Features x, Consumer<Pass> use) {
    float[] values = layout.apply(x);
    for (int from = 0; from < x.rows(); from += batch) {
      int first = from;
      int count = Math.min(batch, x.rows() - from);
      int[] offsets = IntStream.range(0, count).map(i -> (first + i) * inputs).toArray();
      Rows rows = new Rows(values, offsets, count);
      use.accept(new Pass(from, rows, network.forward(rows)));
    }
  }

  @Override
  public long parameters() {
    return network.parameters();
  }

  @Override
  public int width() {
    return network.width();
  }

  /**
   * Copies the outputs of a pass, as predictions, to {@code z} from the row of its first example.
   */
  private void copy(Pass pass, float[] z) {
    int stride = Strips.pad(outputs);
    for (int i = 0; i < pass.x.count(); i++) {
      for (int c = 0; c < outputs; c++) {
        z[(pass.first + i) * outputs + c] = shift + scale * pass.z[i * stride + c];
      }
    }
  }

  @Override
  public float[] outputs(Features x) {
    float[] z = new float[Math.multiplyExact(x.rows(), outputs)];
    passes(x, pass -> copy(pass, z));
    return z;
  }

  @Override
  public float[] embeddings(Features x) {
    float[] embeddings = new float[Math.multiplyExact(x.rows(), width())];
    passes(
        x,
        pass -> {
          float[] some = Network.compact(network.lastInputs(pass.x), width());
          System.arraycopy(some, 0, embeddings, pass.first * width(), some.length);
        });
    return embeddings;
  }

  @Override
  public ExampleGradients gradients(Features x, OutputGradient output) {
    List<List<ExampleGradients.Part>> passes = new ArrayList<>();
    float[] z = new float[Math.multiplyExact(x.rows(), outputs)];
    passes(
        x,
        pass -> {
          copy(pass, z);
          int stride = Strips.pad(outputs);
          float[] dz = new float[pass.x.count() * stride];
          float[] slope = new float[outputs];
          for (int i = 0; i < pass.x.count(); i++) {
            int example = pass.first + i;
            output.at(example, z, example * outputs, slope);
            for (int c = 0; c < outputs; c++) {
              dz[i * stride + c] = scale * slope[c];
            }
          }
          passes.add(network.gradients(pass.x, dz));
        });
    List<ExampleGradients.Part> parts = new ArrayList<>();
    for (int p = 0; p < passes.getFirst().size(); p++) {
      int own = p;
      parts.add(joined(passes.stream().map(pass -> pass.get(own)).toList()));
    }
    return new ExampleGradients(x.rows(), parts);
  }

  private static ExampleGradients.Part joined(List<ExampleGradients.Part> passes) {
    return switch (passes.getFirst()) {
      case ExampleGradients.Outer first ->
          new ExampleGradients.Outer(
              joined(passes, p -> ((ExampleGradients.Outer) p).inputs()),
              first.width(),
              joined(passes, p -> ((ExampleGradients.Outer) p).deltas()),
              first.outputs());
      case ExampleGradients.Whole first ->
          new ExampleGradients.Whole(
              joined(passes, p -> ((ExampleGradients.Whole) p).values()), first.size());
    };
  }

  private static float[] joined(
      List<ExampleGradients.Part> passes, Function<ExampleGradients.Part, float[]> array) {
    float[] all = new float[passes.stream().mapToInt(p -> array.apply(p).length).sum()];
    int at = 0;
    for (ExampleGradients.Part pass : passes) {
      float[] some = array.apply(pass);
      System.arraycopy(some, 0, all, at, some.length);
      at += some.length;
    }
    return all;
  }

  @Override
  public int size(GradientProjection projection) {
    return ExampleGradients.size(projection, network.sizes());
  }

  @Override
  public float[] gradients(Features x, OutputGradient output, GradientProjection projection) {
    return gradients(x, output).project(projection);
  }
}
