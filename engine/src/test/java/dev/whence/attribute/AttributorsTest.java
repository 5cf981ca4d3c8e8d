package dev.whence.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.evaluate.Correlation;
import dev.whence.learn.GradientProjection;
import dev.whence.pool.StudyConfig;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Methods against their formulas, written out in double precision on small networks. */
class AttributorsTest {

  private static final int TRAIN = 36;
  private static final int TEST = 40;
  private static final int WIDTH = 6;

  @TempDir Path folder;

  private static Dataset draw(int rows, boolean classes, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows * WIDTH];
    int[] labels = new int[rows];
    float[] reals = new float[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % 3;
      for (int f = 0; f < WIDTH; f++) {
        x[i * WIDTH + f] = (float) (random.nextGaussian() + (f == labels[i] ? 1 : 0));
      }
      reals[i] = (float) (x[i * WIDTH] - 2 * x[i * WIDTH + 1] + 0.3 * random.nextGaussian());
    }
    return new Dataset(
        new Features(rows, new int[] {WIDTH}, x, false),
        classes ? new Labels.Classes(labels, List.of("a", "b", "c")) : new Labels.Reals(reals));
  }

  private Study study(String name, String learner, boolean classes) throws IOException {
    ObjectNode config = Json.mapper().createObjectNode().put("epochs", 6).put("batch", 8);
    if (learner.equals("mlp")) {
      config.putArray("hidden").add(5);
    }
    return new StudyConfig(
            null,
            null,
            null,
            4L,
            new StudyConfig.Learner(learner, config),
            null,
            null,
            null,
            null,
            null)
        .create(folder.resolve(name), new Split(draw(TRAIN, classes, 1), draw(TEST, classes, 2)));
  }

  private static float[][] scores(Study study, String method, Object... settings)
      throws IOException {
    ObjectNode node = Json.mapper().createObjectNode();
    for (int i = 0; i < settings.length; i += 2) {
      node.set((String) settings[i], Json.mapper().valueToTree(settings[i + 1]));
    }
    try (Workers workers = Workers.threads(2)) {
      Attribution.run(
          study, "x", Attributors.of(method, node), study.manifest().output(null), workers);
    }
    NamedScores found = NamedScores.open(study, "x");
    float[][] rows = new float[found.rows().targets()][];
    found.rows().forEach((t, row) -> rows[t] = row.clone());
    return rows;
  }

  private static DMatrixRMaj gradients(AttributionTask task, float[] state, Dataset set, String of)
      throws IOException {
    GradientProjection whole = GradientProjection.none(false);
    float[] all =
        task.models()
            .trainer()
            .withModel(
                state, m -> m.gradients(set.features(), Influence.gradient(task, of, set), whole));
    DMatrixRMaj matrix = new DMatrixRMaj(set.rows(), all.length / set.rows());
    Arrays.setAll(matrix.data, i -> all[i]);
    return matrix;
  }

  private static DMatrixRMaj times(DMatrixRMaj a, boolean turnA, DMatrixRMaj b, boolean turnB) {
    DMatrixRMaj left = turnA ? CommonOps_DDRM.transpose(a, null) : a;
    DMatrixRMaj right = turnB ? CommonOps_DDRM.transpose(b, null) : b;
    DMatrixRMaj product = new DMatrixRMaj(left.numRows, right.numCols);
    CommonOps_DDRM.mult(left, right, product);
    return product;
  }

  private static DMatrixRMaj damped(DMatrixRMaj a, double lambda) {
    DMatrixRMaj inverse = a.copy();
    for (int i = 0; i < a.numRows; i++) {
      inverse.add(i, i, lambda);
    }
    assertThat(CommonOps_DDRM.invert(inverse)).isTrue();
    return inverse;
  }

  /** The scores are those expected but for single precision, relative to the largest. */
  private static void near(float[][] scores, DMatrixRMaj expected, double tolerance) {
    double largest = CommonOps_DDRM.elementMaxAbs(expected);
    assertThat(largest).isPositive();
    for (int t = 0; t < scores.length; t++) {
      for (int i = 0; i < scores[t].length; i++) {
        assertThat((double) scores[t][i])
            .as("target %d, example %d", t, i)
            .isCloseTo(expected.get(t, i), within(tolerance * largest));
      }
    }
  }

  @Test
  void gradientProductsAreThoseOfWrittenGradients() throws IOException {
    for (String learner : List.of("softmax", "mlp")) {
      Study study = study("dot-" + learner, learner, true);
      try (Workers workers = Workers.threads(1);
          AttributionTask task = new AttributionTask(study, "margin", workers)) {
        float[] state = task.lastStates(AttributionTask.Source.WHOLE, 1).getFirst();
        DMatrixRMaj losses = gradients(task, state, task.train(), "cross_entropy");
        DMatrixRMaj own = gradients(task, state, task.targets().getFirst(), "margin");
        DMatrixRMaj dots = times(own, false, losses, true);
        CommonOps_DDRM.scale(-1, dots);
        near(scores(study, "grad-dot"), dots, 1e-5);
        for (int t = 0; t < dots.numRows; t++) {
          for (int i = 0; i < dots.numCols; i++) {
            double lengths = 0;
            double theirs = 0;
            for (int k = 0; k < own.numCols; k++) {
              lengths += own.get(t, k) * own.get(t, k);
              theirs += losses.get(i, k) * losses.get(i, k);
            }
            dots.set(t, i, dots.get(t, i) / Math.sqrt(lengths * theirs));
          }
        }
        near(scores(study, "grad-cos"), dots, 1e-4);
      }
    }
  }

  /** With one checkpoint at the end, TracIn is the product there, times its rate. */
  @Test
  void tracInSumsOverCheckpoints() throws IOException {
    Study study = study("tracin", "mlp", true);
    float[][] dot = scores(study, "grad-dot");
    float[][] one = scores(study, "tracin", "checkpoints", 1);
    double rate = one[3][5] / dot[3][5];
    assertThat(rate).isPositive();
    for (int t = 0; t < TEST; t++) {
      for (int i = 0; i < TRAIN; i++) {
        assertThat((double) one[t][i]).isCloseTo(rate * dot[t][i], within(1e-4 * rate * 10));
      }
    }
    float[][] all = scores(study, "tracin");
    double[] flat = Stream.of(all).flatMapToDouble(AttributorsTest::doubles).toArray();
    double[] last = Stream.of(one).flatMapToDouble(AttributorsTest::doubles).toArray();
    assertThat(Correlation.pearson(flat, last)).isBetween(0.3, 0.9999);
  }

  private static java.util.stream.DoubleStream doubles(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(i -> row[i]);
  }

  @Test
  void trakIsItsFormula() throws IOException {
    Study study = study("trak", "mlp", true);
    try (Workers workers = Workers.threads(1);
        AttributionTask task = new AttributionTask(study, "margin", workers)) {
      float[] state = task.lastStates(AttributionTask.Source.POOL, 1).getFirst();
      DMatrixRMaj x = gradients(task, state, task.train(), "log_odds_margin");
      DMatrixRMaj own = gradients(task, state, task.targets().getFirst(), "log_odds_margin");
      DMatrixRMaj among = times(x, false, x, true);
      double lambda = 0.05 * CommonOps_DDRM.trace(among) / TRAIN;
      DMatrixRMaj kernel =
          times(times(own, false, damped(times(x, true, x, false), lambda), false), false, x, true);
      float[] z = task.models().trainer().withModel(state, m -> m.outputs(task.train().features()));
      int[] labels = AttributionTask.classes(task.train(), "test");
      for (int i = 0; i < TRAIN; i++) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
          sum += Math.exp(z[3 * i + c]);
        }
        for (int t = 0; t < TEST; t++) {
          double doubt = 1 - Math.exp(z[3 * i + labels[i]]) / sum;
          kernel.set(t, i, kernel.get(t, i) * doubt);
        }
      }
      near(scores(study, "trak", "models", 1, "lambda", 0.05), kernel, 1e-3);
      for (String projection : List.of("dense", "factored")) {
        float[][] projected =
            scores(
                study,
                "trak",
                "models",
                1,
                "lambda",
                0.05,
                "projection",
                projection,
                "dimensions",
                1024);
        double[] expected = Arrays.copyOf(kernel.data, kernel.data.length);
        double[] found = Stream.of(projected).flatMapToDouble(AttributorsTest::doubles).toArray();
        assertThat(Correlation.pearson(expected, found)).as(projection).isGreaterThan(0.95);
      }
    }
  }

  private static DMatrixRMaj gaussNewton(AttributionTask task, float[] state, boolean classes)
      throws IOException {
    ClassGradients gradients = ClassGradients.of(task, state);
    GradientProjection whole = GradientProjection.none(false);
    int size = gradients.of().getFirst().size();
    DMatrixRMaj matrix = new DMatrixRMaj(size, size);
    List<float[]> j = gradients.of().stream().map(g -> g.project(whole)).toList();
    for (int i = 0; i < TRAIN; i++) {
      for (int c = 0; c < j.size(); c++) {
        for (int e = 0; e < j.size(); e++) {
          double p = gradients.p()[i * j.size() + c];
          double b = classes ? p * ((c == e ? 1 : 0) - gradients.p()[i * j.size() + e]) : 2;
          for (int k = 0; k < size; k++) {
            for (int l = 0; l < size; l++) {
              matrix.add(k, l, b * j.get(c)[i * size + k] * j.get(e)[i * size + l] / TRAIN);
            }
          }
        }
      }
    }
    return matrix;
  }

  @Test
  void influenceIsItsFormula() throws IOException {
    for (boolean classes : new boolean[] {true, false}) {
      Study study = study("influence-" + classes, "mlp", classes);
      String output = study.manifest().output(null);
      try (Workers workers = Workers.threads(1);
          AttributionTask task = new AttributionTask(study, output, workers)) {
        float[] state = task.lastStates(AttributionTask.Source.WHOLE, 1).getFirst();
        DMatrixRMaj matrix = gaussNewton(task, state, classes);
        double damping = 0.5 * CommonOps_DDRM.trace(matrix) / matrix.numRows;
        DMatrixRMaj losses =
            gradients(task, state, task.train(), classes ? "cross_entropy" : "squared_error");
        DMatrixRMaj own = gradients(task, state, task.targets().getFirst(), output);
        DMatrixRMaj expected =
            times(times(own, false, damped(matrix, damping), false), false, losses, true);
        CommonOps_DDRM.scale(-1.0 / TRAIN, expected);
        near(
            scores(study, "influence", "damping", 0.5, "tolerance", 1e-5, "iterations", 500),
            expected,
            1e-3);
      }
    }
  }

  /** A linear layer with one output has the Gauss-Newton matrix that EK-FAC takes it to have. */
  @Test
  void ekFacIsExactForLinearRegression() throws IOException {
    Study study = study("ekfac", "softmax", false);
    float[][] exact =
        scores(study, "influence", "damping", 0.3, "tolerance", 1e-6, "iterations", 500);
    float[][] factored = scores(study, "ek-fac", "damping", 0.3);
    DMatrixRMaj expected = new DMatrixRMaj(TEST, TRAIN);
    for (int t = 0; t < TEST; t++) {
      for (int i = 0; i < TRAIN; i++) {
        expected.set(t, i, exact[t][i]);
      }
    }
    near(factored, expected, 1e-3);
  }

  /** For several classes EK-FAC is near: it correlates with the exact matrix. */
  @Test
  void ekFacIsNearForClasses() throws IOException {
    Study study = study("ekfac-classes", "mlp", true);
    double[] exact =
        Stream.of(scores(study, "influence", "damping", 1.0, "tolerance", 1e-5))
            .flatMapToDouble(AttributorsTest::doubles)
            .toArray();
    double[] near =
        Stream.of(scores(study, "ek-fac", "damping", 1.0))
            .flatMapToDouble(AttributorsTest::doubles)
            .toArray();
    assertThat(Correlation.pearson(exact, near)).isGreaterThan(0.9);
  }

  /** The SVM's w is 2 Σ C_i max(0, 1 − y_i f_i) y_i x_i: its objective has no slope. */
  @Test
  void exemplarSvmsAreOptimal() throws IOException {
    Study study = study("esvm", "softmax", true);
    float[][] values = scores(study, "esvm", "negatives", "all", "signed", false, "c", 0.1);
    Dataset train = draw(TRAIN, true, 1);
    Dataset test = draw(TEST, true, 2);
    dev.whence.learn.Standardizer standardizer = dev.whence.learn.Standardizer.of(train.features());
    float[] x = standardizer.apply(train.features());
    float[] own = standardizer.apply(test.features());
    for (int t = 0; t < 5; t++) {
      DMatrixRMaj rows = new DMatrixRMaj(TRAIN, WIDTH + 1);
      DMatrixRMaj right = new DMatrixRMaj(TRAIN, 1);
      for (int i = 0; i < TRAIN; i++) {
        for (int f = 0; f < WIDTH; f++) {
          rows.set(i, f, x[i * WIDTH + f]);
        }
        rows.set(i, WIDTH, 1);
        right.set(i, 0, values[t][i]);
      }
      DMatrixRMaj w = new DMatrixRMaj(WIDTH + 1, 1);
      assertThat(CommonOps_DDRM.solve(rows, right, w)).isTrue();
      double[] from = new double[WIDTH + 1];
      double positive = 0.1 * (TRAIN + 1) / 2;
      double negative = positive / TRAIN;
      double f = w.get(WIDTH, 0);
      for (int k = 0; k < WIDTH; k++) {
        f += w.get(k, 0) * own[t * WIDTH + k];
      }
      for (int k = 0; k <= WIDTH; k++) {
        from[k] += 2 * positive * Math.max(0, 1 - f) * (k == WIDTH ? 1 : own[t * WIDTH + k]);
        for (int i = 0; i < TRAIN; i++) {
          from[k] -= 2 * negative * Math.max(0, 1 + values[t][i]) * rows.get(i, k);
        }
        assertThat(from[k]).isCloseTo(w.get(k, 0), within(0.02));
      }
    }
  }

  @Test
  void whatIsMissingIsComputedAgain() throws IOException {
    Study study = study("resume", "softmax", true);
    float[][] first = scores(study, "grad-dot");
    Path store = NamedScores.folder(study, "x");
    try (Stream<Path> ledger = Files.list(store.resolve("ledger"))) {
      Files.delete(ledger.sorted().toList().getLast());
    }
    float[][] second = scores(study, "grad-dot");
    for (int t = 0; t < TEST; t++) {
      assertThat(second[t]).isEqualTo(first[t]);
    }
    assertThat(scores(study, "random")[0]).isNotEqualTo(first[0]);
    assertThat(NamedScores.open(study, "x").method()).isEqualTo("random");
  }

  @Test
  void badSettingsAreRefused() throws IOException {
    Study study = study("bad", "softmax", true);
    assertThatThrownBy(() -> scores(study, "trak", "models", 0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("models");
    assertThatThrownBy(() -> scores(study, "trak", "modls", 3)).hasMessageContaining("modls");
    assertThatThrownBy(() -> scores(study, "trakk")).hasMessageContaining("trak");
    assertThat(Files.exists(NamedScores.folder(study, "x"))).isFalse();
    Study real = study("real", "softmax", false);
    for (String method :
        List.of("trak", "pixels", "representation", "same-class", "esvm", "knn-shapley")) {
      assertThatThrownBy(() -> scores(real, method)).hasMessageContaining("classes");
      assertThat(Files.exists(NamedScores.folder(real, "x"))).as(method).isFalse();
    }
  }

  @Test
  void everyMethodScores() throws IOException {
    Study study = study("all", "mlp", true);
    for (Attributor method : Attributors.all()) {
      float[][] found = scores(study, method.name());
      assertThat(found.length).isEqualTo(TEST);
      assertThat(found[0].length).isEqualTo(TRAIN);
      assertThat(doubles(found[0]).distinct().count()).as(method.name()).isGreaterThan(1);
      assertThat(method.description()).isNotBlank();
    }
  }
}
