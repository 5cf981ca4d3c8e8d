package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.design.Mask;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every estimator must do with every kind of target: a plain one, constant outputs, one that
 * is a unit of S, one that every run holds, one target alone, fewer runs than units, and as many
 * units as switch the algorithm.
 */
class EstimatorContractTest {

  private static final PathOptions PATH = new PathOptions(20, 0.02, 1e-4, 1e-9, 4);

  @TempDir Path folder;

  /** A pool: runs × units, target t of which is unit units[t] of S. */
  private record Case(String name, int runs, int units, int[] targets) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final int CONSTANT = 1;
  private static final int EVER_HELD = 0;

  static Stream<Arguments> all() {
    List<Case> cases =
        List.of(
            new Case("plain, constant, in S, never left out", 120, 24, new int[] {-1, -1, 5, 0}),
            new Case("one target", 120, 24, new int[] {-1}),
            new Case("fewer runs than units", 30, 90, new int[] {-1, -1, 7}),
            new Case("above ridge's factorised units", 90, 1010, new int[] {-1, -1, 9}));
    return Stream.of(Estimator.Kind.values())
        .filter(kind -> kind != Estimator.Kind.PRIOR_LASSO) // PriorLassoTest
        .flatMap(
            kind ->
                cases.stream()
                    .flatMap(
                        c ->
                            Stream.of(false, true)
                                .map(crossValidate -> Arguments.of(kind, c, crossValidate))));
  }

  private Path study(Case c) throws IOException {
    Path study = folder.resolve("s");
    Manifest manifest = Manifest.imported(0, c.units(), c.targets().length, "output", 16);
    Study.create(
        study,
        staging -> {
          manifest.write(staging.resolve("study.json"));
          Json.write(staging.resolve("targets.json"), Map.of("units", c.targets()));
          fill(
              c,
              RunStore.create(
                  staging.resolve("pool"),
                  c.runs(),
                  c.units(),
                  Map.of("output", new int[] {c.targets().length}),
                  16));
        });
    return study;
  }

  private static void fill(Case c, RunStore store) throws IOException {
    Random random = new Random(3);
    boolean everHeld = IntStream.of(c.targets()).anyMatch(u -> u == EVER_HELD);
    for (int chunk = 0; chunk < store.chunks(); chunk++) {
      List<Mask> masks = new ArrayList<>();
      List<float[]> outputs = new ArrayList<>();
      for (int i = 0; i < store.rowsOf(chunk); i++) {
        Mask mask = Mask.of(c.units(), j -> (everHeld && j == EVER_HELD) || random.nextBoolean());
        float[] output = new float[c.targets().length];
        for (int t = 0; t < output.length; t++) {
          output[t] = (mask.holds(2) ? 1.5f : 0) + (float) (0.2 * random.nextGaussian());
        }
        if (output.length > 1) {
          output[CONSTANT] = 4.25f;
        }
        masks.add(mask);
        outputs.add(output);
      }
      store.write(chunk, masks, Map.of("output", outputs));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyTargetHasADatamodelOrSaysThatItHasNone(
      Estimator.Kind kind, Case c, boolean crossValidate) throws IOException {
    Path study = study(c);
    FitOptions options =
        new FitOptions(kind.label(), "output", c.runs(), new Folds(4, crossValidate), PATH);
    Study open = Study.open(study);
    try (Workers workers = Workers.threads(2)) {
      Fit.run(open, FitSpec.of(options), workers);
      DatamodelStore store = DatamodelStore.finished(open);
      double[] bias = store.doubles("bias");
      for (int t = 0; t < c.targets().length; t++) {
        float[] weights = store.row(t);
        if (c.targets()[t] == EVER_HELD) {
          assertThat(bias[t]).as("target %d", t).isNaN();
          assertThat(weights).containsOnly(0);
          continue;
        }
        assertThat(bias[t]).as("target %d", t).isFinite();
        for (float weight : weights) {
          assertThat(weight).isFinite();
        }
        if (t == CONSTANT) {
          assertThat(predicted(weights, bias[t], c)).isBetween(4.2, 4.3);
        } else if (c.runs() > 2 * c.units()) {
          assertThat(weights[2]).as("target %d", t).isBetween(0.8f, 1.9f);
        }
        if (c.targets()[t] >= 0) {
          assertThat(weights[c.targets()[t]]).as("its own unit").isBetween(-1e-9f, 1e-9f);
        }
      }
    }
  }

  /** Returns the prediction for a run that holds every other unit. */
  private static double predicted(float[] weights, double bias, Case c) {
    return bias
        + IntStream.range(0, c.units()).filter(j -> j % 2 == 0).mapToDouble(j -> weights[j]).sum();
  }
}
