package dev.whence.attribute;

import dev.whence.data.Dataset;
import dev.whence.learn.ExampleGradients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Gradients of every logit of a model at the training examples, and the probabilities of the
 * classes: what the generalised Gauss-Newton matrix (1/n) Σ Jᵀ(diag(p) − ppᵀ)J is made of. In
 * regression there is one output, with p = 0, and its matrix is (2/n) Σ JᵀJ, of the squared error.
 *
 * @param of gradients by output, [outputs] of n rows
 * @param p probabilities, [n, outputs]; zeros in regression
 */
record ClassGradients(List<ExampleGradients> of, float[] p, int rows) {

  /** Returns the number of outputs. */
  int outputs() {
    return of.size();
  }

  /** Returns the mean over classes of the gradients of each example, Σ p_c ∇z_c. */
  ExampleGradients mean() {
    List<ExampleGradients.Part> parts = new ArrayList<>();
    for (int l = 0; l < of.getFirst().parts().size(); l++) {
      int layer = l;
      parts.add(
          switch (of.getFirst().parts().get(l)) {
            case ExampleGradients.Outer o ->
                new ExampleGradients.Outer(
                    o.inputs(),
                    o.width(),
                    mean(
                        o.outputs(),
                        c -> ((ExampleGradients.Outer) of.get(c).parts().get(layer)).deltas()),
                    o.outputs());
            case ExampleGradients.Whole w ->
                new ExampleGradients.Whole(
                    mean(
                        w.size(),
                        c -> ((ExampleGradients.Whole) of.get(c).parts().get(layer)).values()),
                    w.size());
          });
    }
    return new ExampleGradients(rows, parts);
  }

  private float[] mean(int width, IntFunction<float[]> byClass) {
    float[] mean = new float[rows * width];
    for (int c = 0; c < outputs(); c++) {
      float[] own = byClass.apply(c);
      for (int k = 0; k < mean.length; k++) {
        mean[k] += p[k / width * outputs() + c] * own[k];
      }
    }
    return mean;
  }

  /** Computes the gradients of a model of S. */
  static ClassGradients of(AttributionTask task, float[] state) throws IOException {
    Dataset train = task.train();
    int n = train.rows();
    int outputs = task.models().trainer().outputs();
    float[] p = new float[n * outputs];
    List<List<Piece>> pieces = new ArrayList<>();
    for (int c = 0; c < outputs; c++) {
      pieces.add(new ArrayList<>());
    }
    task.forEachPart(
        state,
        train,
        (model, some, from) -> {
          if (outputs > 1) {
            softmax(model.outputs(some.features()), outputs, p, from * outputs);
          }
          for (int c = 0; c < outputs; c++) {
            int own = c;
            ExampleGradients gradients =
                model.gradients(
                    some.features(),
                    (_, _, _, gradient) -> {
                      java.util.Arrays.fill(gradient, 0);
                      gradient[own] = 1;
                    });
            synchronized (pieces) {
              pieces.get(own).add(new Piece(from, gradients));
            }
          }
        });
    return new ClassGradients(pieces.stream().map(all -> joined(all, n)).toList(), p, n);
  }

  /** Gradients of some rows. */
  private record Piece(int from, ExampleGradients gradients) {}

  private static void softmax(float[] z, int outputs, float[] p, int at) {
    for (int i = 0; i < z.length; i += outputs) {
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < outputs; c++) {
        most = Math.max(most, z[i + c]);
      }
      double sum = 0;
      for (int c = 0; c < outputs; c++) {
        sum += Math.exp(z[i + c] - most);
      }
      for (int c = 0; c < outputs; c++) {
        p[at + i + c] = (float) (Math.exp(z[i + c] - most) / sum);
      }
    }
  }

  /** Puts the gradients of parts of the rows together. */
  static ExampleGradients joined(ExampleGradients[] byFirstRow) {
    List<Piece> pieces = new ArrayList<>();
    for (int from = 0; from < byFirstRow.length; from++) {
      if (byFirstRow[from] != null) {
        pieces.add(new Piece(from, byFirstRow[from]));
      }
    }
    return joined(pieces, byFirstRow.length);
  }

  private static ExampleGradients joined(List<Piece> pieces, int n) {
    List<ExampleGradients.Part> parts = new ArrayList<>();
    for (int l = 0; l < pieces.getFirst().gradients.parts().size(); l++) {
      int layer = l;
      switch (pieces.getFirst().gradients.parts().get(l)) {
        case ExampleGradients.Outer o -> {
          float[] inputs = new float[n * o.width()];
          float[] deltas = new float[n * o.outputs()];
          for (Piece piece : pieces) {
            ExampleGradients.Outer some =
                (ExampleGradients.Outer) piece.gradients.parts().get(layer);
            System.arraycopy(
                some.inputs(), 0, inputs, piece.from * o.width(), some.inputs().length);
            System.arraycopy(
                some.deltas(), 0, deltas, piece.from * o.outputs(), some.deltas().length);
          }
          parts.add(new ExampleGradients.Outer(inputs, o.width(), deltas, o.outputs()));
        }
        case ExampleGradients.Whole w -> {
          float[] values = new float[Math.multiplyExact(n, w.size())];
          for (Piece piece : pieces) {
            ExampleGradients.Whole some =
                (ExampleGradients.Whole) piece.gradients.parts().get(layer);
            System.arraycopy(some.values(), 0, values, piece.from * w.size(), some.values().length);
          }
          parts.add(new ExampleGradients.Whole(values, w.size()));
        }
      }
    }
    return new ExampleGradients(n, parts);
  }
}
