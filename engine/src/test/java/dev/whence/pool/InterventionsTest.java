package dev.whence.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.AtomicFile;
import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.data.Relabelling;
import dev.whence.learn.Workplace;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of changed training sets: found by their content, trained once, whoever asks. */
class InterventionsTest {

  private static final Intervention FEW = Intervention.remove(5, 3, 1999);
  private static final Intervention MANY = Intervention.remove(IntStream.range(10, 400).toArray());
  private static final Intervention OTHER_CLASS =
      new Intervention(
          new int[] {7}, new Relabelling(new int[] {1, 2, 30}, new int[] {0, 9, 4}), false);
  private static final Intervention HALVES = FEW.onSubsets();
  private static final List<Intervention> ALL = List.of(FEW, MANY, OTHER_CLASS, HALVES);

  @TempDir Path folder;

  @AfterEach
  void letFilesBe() {
    AtomicFile.beforeChange = () -> {};
  }

  private Study study(String name) throws IOException {
    Path study = folder.resolve(name);
    PoolTest.SMALL.create(study);
    return Study.open(study);
  }

  /** Trains what is missing and returns the number of models trained. */
  private static int train(
      Study study, List<Interventions.Wanted> wanted, int threads, String executor)
      throws IOException {
    AtomicLong trained = new AtomicLong();
    Progress counting =
        (label, total, unit) ->
            new Progress.Task() {
              @Override
              public void step(long units) {
                trained.addAndGet(label.startsWith("retraining") ? units : 0);
              }

              @Override
              public void close() {}
            };
    try (Workers workers = Workers.threads(threads);
        Executor where = ExecutorFactory.of(executor).create(workers)) {
      Interventions.of(study).train(wanted, where, counting, "test");
    }
    return trained.intValue();
  }

  private static List<Interventions.Wanted> wanted(int models) {
    return ALL.stream().map(change -> new Interventions.Wanted(change, models)).toList();
  }

  private static List<List<Double>> outputs(Study study, int models) throws IOException {
    Interventions all = Interventions.of(study);
    List<List<Double>> outputs = new ArrayList<>();
    for (Intervention change : ALL) {
      assertThat(all.models(change)).isEqualTo(models);
      for (int target : new int[] {0, 3, 499}) {
        outputs.add(
            DoubleStream.of(all.outputs(change, 0, models, "margin", target)).boxed().toList());
      }
    }
    return outputs;
  }

  @Test
  void aModelIsTheRunOfItsSubsetAndLabels() throws IOException {
    Study study = study("s");
    train(study, wanted(3), 2, "threads");
    Interventions all = Interventions.of(study);
    int[] left = IntStream.range(0, 2000).filter(j -> j != 3 && j != 5 && j != 1999).toArray();
    RunSpec own = FEW.run(5, new dev.whence.design.UniformSubsets(2000, 0.5), 2);
    assertThat(own.subset().members()).isEqualTo(left);
    RunRecipe recipe = new RunRecipe(study.manifest(), new RunPlan.Listed(List.of(own)));
    try (Runner runner = new Runner(new Job(recipe, study.data(), Workplace.of(folder)))) {
      float[] margins = runner.run(0).outputs().get("margin");
      assertThat(all.outputs(FEW, 0, 3, "margin", 17)[2]).isEqualTo(margins[17]);
    }
    double[] halves = all.outputs(HALVES, 0, 3, "margin", 17);
    assertThat(halves).doesNotHaveDuplicates();
    RunSpec half = HALVES.run(5, new dev.whence.design.UniformSubsets(2000, 0.5), 0);
    assertThat(half.subset().size()).isBetween(997, 1000);
    assertThat(half.subset().holds(5)).isFalse();
  }

  @Test
  void nothingIsTrainedTwice() throws IOException {
    Study study = study("s");
    assertThat(train(study, wanted(3), 2, "threads")).isEqualTo(12);
    assertThat(train(study, wanted(3), 2, "threads")).isZero();
    assertThat(train(study, wanted(2), 2, "threads")).isZero();
    assertThat(train(study, wanted(5), 2, "threads")).isEqualTo(8);
    Intervention again = Intervention.remove(1999, 5, 3);
    assertThat(again.id()).isEqualTo(FEW.id());
    assertThat(train(study, List.of(new Interventions.Wanted(again, 5)), 1, "threads")).isZero();
    Study whole = study("whole");
    assertThat(train(whole, wanted(5), 1, "threads")).isEqualTo(20);
    assertThat(outputs(study, 5)).isEqualTo(outputs(whole, 5));
  }

  @Test
  void threadsAndExecutorsChangeNoBit() throws IOException {
    Study one = study("one");
    train(one, wanted(7), 1, "threads");
    Study two = study("two");
    train(two, wanted(7).reversed(), 2, "threads");
    Study travelled = study("travelled");
    train(travelled, wanted(7), 1, "travelling");
    assertThat(outputs(two, 7)).isEqualTo(outputs(one, 7));
    assertThat(outputs(travelled, 7)).isEqualTo(outputs(one, 7));
  }

  /** A process may die at any change of a file; what was finished is there for the next. */
  @Test
  void killedAtAnyMomentItGoesOn() throws IOException {
    Study undisturbed = study("undisturbed");
    train(undisturbed, wanted(9), 1, "threads");
    List<List<Double>> expected = outputs(undisturbed, 9);
    AtomicInteger changes = new AtomicInteger();
    AtomicFile.beforeChange = changes::incrementAndGet;
    train(study("counted"), wanted(9), 1, "threads");
    int all = changes.get();
    for (int at = 1; at < all; at += 7) {
      Study study = study("killed" + at);
      AtomicInteger left = new AtomicInteger(at);
      AtomicFile.beforeChange =
          () -> {
            if (left.decrementAndGet() <= 0) {
              throw new Killed();
            }
          };
      try {
        train(study, wanted(9), 1, "threads");
      } catch (Killed e) {
        // as a kill would end the process
      }
      AtomicFile.beforeChange = () -> {};
      int done = 0;
      Interventions found = Interventions.of(study);
      for (Intervention change : ALL) {
        done += found.models(change);
      }
      int again = train(study, wanted(9), 2, "threads");
      assertThat(again).as("killed at change %d", at).isLessThanOrEqualTo(36 - done);
      assertThat(outputs(study, 9)).as("killed at change %d", at).isEqualTo(expected);
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void wholeModelsAreThoseWhoseGradientsAreTaken() throws IOException {
    Study study = study("s");
    train(study, List.of(new Interventions.Wanted(Intervention.NONE, 3)), 2, "threads");
    Interventions all = Interventions.of(study);
    assertThat(all.models(Intervention.NONE)).isEqualTo(3);
    RunSpec second = new RunPlan.Whole(5).spec(design(), 1, false);
    assertThat(second.key()).isEqualTo(new Key(5, Purpose.WHOLE_TRAINING, 1));
    assertThat(second.subset().size()).isEqualTo(2000);
    double[][] logits = all.meanLogits(3, 10);
    RunStore store =
        RunStore.open(
            folder.resolve("s/interventions").resolve(learnerFolder()).resolve("whole"),
            List.of("logits"));
    float[] raw = store.outputs("logits", 3);
    double mean = (raw[73] + (double) raw[5073] + raw[10073]) / 3;
    assertThat(logits[7][3]).isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-6));
    double[] margins = all.outputs(Intervention.NONE, 0, 2, "margin", 7);
    assertThat(margins).hasSize(2).doesNotContain(0);
  }

  private static dev.whence.design.Design design() {
    return new dev.whence.design.UniformSubsets(2000, 0.5);
  }

  private String learnerFolder() throws IOException {
    try (var folders = java.nio.file.Files.list(folder.resolve("s/interventions"))) {
      return folders
          .filter(java.nio.file.Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aSetThatIsAllOfSIsRefused() throws IOException {
    Study study = study("s");
    Intervention everything = Intervention.remove(IntStream.range(0, 2000).toArray());
    assertThatThrownBy(
            () -> train(study, List.of(new Interventions.Wanted(everything, 2)), 1, "threads"))
        .hasMessageContaining("units left to train on");
  }
}
