package dev.whence.attribute;

import dev.whence.learn.ExampleGradients;
import dev.whence.linalg.dense.Products;
import dev.whence.linalg.dense.Strips;
import java.util.ArrayList;
import java.util.List;

/**
 * Products with the generalised Gauss-Newton matrix of a model's loss, H = (1/n) Σ JᵀBJ + λI with B
 * = diag(p) − ppᵀ, in regression 2. A vector has the layout of {@link ExampleGradients}' written
 * gradients. No gradient of a linear layer is formed.
 */
final class GaussNewton {

  /** Second derivative of the squared error (z − y)². */
  static final float SQUARED = 2;

  private final ClassGradients gradients;
  private final double damping;

  /** The inputs of each linear layer, transposed; null where gradients are written out. */
  private final List<Strips> inputs = new ArrayList<>();

  private final int size;

  /**
   * @param damping λ
   */
  GaussNewton(ClassGradients gradients, double damping) {
    this.gradients = gradients;
    this.damping = damping;
    int n = gradients.rows();
    ExampleGradients first = gradients.of().getFirst();
    size = first.size();
    for (ExampleGradients.Part part : first.parts()) {
      inputs.add(
          part instanceof ExampleGradients.Outer o
              ? rows(o.inputs(), n, o.width())
              : Strips.zeros(1, 1));
    }
  }

  /** Returns a row-major matrix in the layout of the kernels. */
  private static Strips rows(float[] values, int rows, int columns) {
    Strips strips = Strips.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        strips.data()[strips.index(i, j)] = values[i * columns + j];
      }
    }
    return strips;
  }

  int size() {
    return size;
  }

  /** Returns Hv. */
  float[] times(float[] v) {
    int n = gradients.rows();
    int outputs = gradients.outputs();
    float[] jv = new float[n * outputs];
    int at = 0;
    for (int l = 0; l < inputs.size(); l++) {
      forward(v, at, l, jv);
      at += gradients.of().getFirst().parts().get(l).size();
    }
    curve(jv);
    float[] product = new float[size];
    for (int i = 0; i < size; i++) {
      product[i] = (float) (damping * v[i]);
    }
    at = 0;
    for (int l = 0; l < inputs.size(); l++) {
      backward(jv, l, product, at);
      at += gradients.of().getFirst().parts().get(l).size();
    }
    return product;
  }

  /** Replaces Jv by BJv/n. */
  private void curve(float[] jv) {
    int outputs = gradients.outputs();
    float[] p = gradients.p();
    int n = gradients.rows();
    for (int i = 0; i < n && outputs == 1; i++) {
      jv[i] *= SQUARED / n;
    }
    for (int i = 0; i < n && outputs > 1; i++) {
      double mean = 0;
      for (int c = 0; c < outputs; c++) {
        mean += p[i * outputs + c] * jv[i * outputs + c];
      }
      for (int c = 0; c < outputs; c++) {
        int k = i * outputs + c;
        jv[k] = (float) (p[k] * (jv[k] - mean) / n);
      }
    }
  }

  /** Adds a part's share of Jv, [n, outputs]. */
  private void forward(float[] v, int at, int layer, float[] jv) {
    int n = gradients.rows();
    int outputs = gradients.outputs();
    if (gradients.of().getFirst().parts().get(layer) instanceof ExampleGradients.Outer shape) {
      int out = shape.outputs();
      int width = shape.width();
      float[] weights = java.util.Arrays.copyOfRange(v, at, at + out * width);
      float[] moved = Products.of(shape.inputs(), n, weights, out, width);
      for (int c = 0; c < outputs; c++) {
        float[] deltas = outer(c, layer).deltas();
        for (int i = 0; i < n; i++) {
          float sum = 0;
          for (int o = 0; o < out; o++) {
            sum += deltas[i * out + o] * (moved[i * out + o] + v[at + out * width + o]);
          }
          jv[i * outputs + c] += sum;
        }
      }
      return;
    }
    for (int c = 0; c < outputs; c++) {
      ExampleGradients.Whole whole = whole(c, layer);
      for (int i = 0; i < n; i++) {
        float sum = 0;
        for (int k = 0; k < whole.size(); k++) {
          sum += whole.values()[i * whole.size() + k] * v[at + k];
        }
        jv[i * outputs + c] += sum;
      }
    }
  }

  /** Adds a part's share of Jᵀs. */
  private void backward(float[] s, int layer, float[] product, int at) {
    int n = gradients.rows();
    int outputs = gradients.outputs();
    if (gradients.of().getFirst().parts().get(layer) instanceof ExampleGradients.Outer shape) {
      int out = shape.outputs();
      int width = shape.width();
      float[] sums = new float[out * n];
      for (int c = 0; c < outputs; c++) {
        float[] deltas = outer(c, layer).deltas();
        for (int i = 0; i < n; i++) {
          float factor = s[i * outputs + c];
          for (int o = 0; o < out; o++) {
            sums[o * n + i] += factor * deltas[i * out + o];
          }
        }
      }
      float[] weights = Products.of(sums, out, inputs.get(layer));
      for (int k = 0; k < weights.length; k++) {
        product[at + k] += weights[k];
      }
      for (int o = 0; o < out; o++) {
        float sum = 0;
        for (int i = 0; i < n; i++) {
          sum += sums[o * n + i];
        }
        product[at + out * width + o] += sum;
      }
      return;
    }
    for (int c = 0; c < outputs; c++) {
      ExampleGradients.Whole whole = whole(c, layer);
      for (int i = 0; i < n; i++) {
        float factor = s[i * outputs + c];
        for (int k = 0; k < whole.size(); k++) {
          product[at + k] += factor * whole.values()[i * whole.size() + k];
        }
      }
    }
  }

  private ExampleGradients.Outer outer(int output, int layer) {
    return (ExampleGradients.Outer) gradients.of().get(output).parts().get(layer);
  }

  private ExampleGradients.Whole whole(int output, int layer) {
    return (ExampleGradients.Whole) gradients.of().get(output).parts().get(layer);
  }

  /**
   * Returns the mean of the diagonal of H without damping: tr(H)/size.
   *
   * @param gradients gradients of every output
   */
  static double meanDiagonal(ClassGradients gradients) {
    int outputs = gradients.outputs();
    double trace = 0;
    for (int c = 0; c < outputs; c++) {
      double[] squares = gradients.of().get(c).squares();
      for (int i = 0; i < squares.length; i++) {
        trace += (outputs == 1 ? SQUARED : gradients.p()[i * outputs + c]) * squares[i];
      }
    }
    for (double square : gradients.mean().squares()) {
      trace -= square; // 0 in regression
    }
    trace /= gradients.rows();
    return trace / gradients.of().getFirst().size();
  }

  /**
   * Solves Hx = b by conjugate gradients; H is positive definite, so that a direction without
   * curvature is an error of the computation and is refused.
   *
   * @param tolerance of ‖Hx − b‖ / ‖b‖
   */
  float[] solve(float[] b, double tolerance, int iterations) {
    float[] x = new float[size];
    float[] residual = b.clone();
    float[] direction = b.clone();
    double square = dot(residual, residual);
    double goal = tolerance * tolerance * square;
    for (int i = 0; i < iterations && square > goal; i++) {
      float[] product = times(direction);
      double curvature = dot(direction, product);
      if (!(curvature > 0)) {
        throw new ArithmeticException("no curvature in the Gauss-Newton matrix: " + curvature);
      }
      double step = square / curvature;
      for (int k = 0; k < size; k++) {
        x[k] += (float) (step * direction[k]);
        residual[k] -= (float) (step * product[k]);
      }
      double next = dot(residual, residual);
      for (int k = 0; k < size; k++) {
        direction[k] = (float) (residual[k] + next / square * direction[k]);
      }
      square = next;
    }
    return x;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
