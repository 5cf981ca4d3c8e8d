package dev.whence.torch.selfsupervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Losses against the papers' formulas, written down as sums over pictures. */
class LossesTest {

  private static final int N = 4;
  private static final int D = 3;
  private static final double T = 0.3;

  private final double[][] a = rows(1, N);
  private final double[][] b = rows(2, N);
  private final double[][] queue = rows(3, 6);

  private static double[][] rows(long seed, int n) {
    Random random = new Random(seed);
    double[][] rows = new double[n][D];
    for (double[] row : rows) {
      double norm = 0;
      for (int k = 0; k < D; k++) {
        row[k] = random.nextGaussian();
        norm += row[k] * row[k];
      }
      for (int k = 0; k < D; k++) {
        row[k] /= Math.sqrt(norm);
      }
    }
    return rows;
  }

  private static Tensor tensor(double[][] rows) {
    float[] values = new float[rows.length * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / D][i % D];
    }
    return Tensor.create(values, rows.length, D);
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < D; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  private static void check(Tensor found, double expected) {
    assertThat((double) found.item_float()).isCloseTo(expected, within(1e-5));
  }

  @Test
  void ntXentIsItsFormula() {
    double[][] all = new double[2 * N][];
    for (int i = 0; i < N; i++) {
      all[i] = a[i];
      all[N + i] = b[i];
    }
    double loss = 0;
    for (int i = 0; i < 2 * N; i++) {
      double others = 0;
      for (int k = 0; k < 2 * N; k++) {
        others += k == i ? 0 : Math.exp(dot(all[i], all[k]) / T);
      }
      loss -= Math.log(Math.exp(dot(all[i], all[(i + N) % (2 * N)]) / T) / others) / (2 * N);
    }
    try (PointerScope scope = new PointerScope()) {
      check(Losses.ntXent(tensor(a), tensor(b), T), loss);
    }
  }

  @Test
  void infoNceIsItsFormula() {
    double loss = 0;
    for (int i = 0; i < N; i++) {
      double own = Math.exp(dot(a[i], b[i]) / T);
      double sum = own;
      for (double[] key : queue) {
        sum += Math.exp(dot(a[i], key) / T);
      }
      loss -= Math.log(own / sum) / N;
    }
    try (PointerScope scope = new PointerScope()) {
      check(Losses.infoNce(tensor(a), tensor(b), tensor(queue), T), loss);
    }
  }

  @Test
  void regressionIsTheSquaredDistance() {
    double loss = 0;
    for (int i = 0; i < N; i++) {
      for (int k = 0; k < D; k++) {
        loss += (a[i][k] - b[i][k]) * (a[i][k] - b[i][k]) / N;
      }
    }
    try (PointerScope scope = new PointerScope()) {
      check(Losses.regression(tensor(a), tensor(b)), loss);
    }
  }

  @Test
  void distillationIsTheCrossEntropyOfTwoSoftmaxes() {
    double[] center = {0.1, -0.2, 0.3};
    double loss = 0;
    for (int i = 0; i < N; i++) {
      double[] teacher = new double[D];
      for (int k = 0; k < D; k++) {
        teacher[k] = (b[i][k] - center[k]) / 0.5;
      }
      double[] p = softmax(teacher);
      double[] student = new double[D];
      for (int k = 0; k < D; k++) {
        student[k] = a[i][k] / T;
      }
      double[] q = softmax(student);
      for (int k = 0; k < D; k++) {
        loss -= p[k] * Math.log(q[k]) / N;
      }
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor c = Tensor.create(0.1f, -0.2f, 0.3f);
      check(Losses.distillation(tensor(a), tensor(b), c, T, 0.5), loss);
    }
  }

  private static double[] softmax(double[] z) {
    double[] p = new double[z.length];
    double sum = 0;
    for (int k = 0; k < z.length; k++) {
      p[k] = Math.exp(z[k]);
      sum += p[k];
    }
    for (int k = 0; k < z.length; k++) {
      p[k] /= sum;
    }
    return p;
  }
}
