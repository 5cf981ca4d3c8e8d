package dev.whence.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.evaluate.Interval;
import dev.whence.pool.Interventions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to studies whose answers are known. */
class WhatIfTest {

  private static final int D = 120;
  private static final int N = 40;

  @TempDir Path folder;

  private PlantedStudy linear() throws IOException {
    return PlantedStudy.make(folder.resolve("s"), D, N, 0.2, y -> y, 1800, 1);
  }

  private static int[] all() {
    return IntStream.range(0, N).toArray();
  }

  private static WhatIf whatIf(PlantedStudy planted, Question question) throws IOException {
    return new WhatIf(
        planted.study(),
        question,
        planted.datamodels(),
        planted.datamodels(),
        Interventions.of(planted.study()));
  }

  private static List<Answer> verify(WhatIf whatIf, int models) throws IOException {
    return PlantedStudy.run(
        (executor, progress) -> whatIf.verify(all(), models, 50, executor, progress, "test"));
  }

  @Test
  void whatIsMeasuredIsTheTruth() throws IOException {
    PlantedStudy planted = linear();
    List<Double> distances = new ArrayList<>();
    for (String set : new String[] {"top:5", "bottom:10", "random:30", "near:5"}) {
      Question question = Question.remove(UnitSet.of(set, planted.study()));
      WhatIf whatIf = whatIf(planted, question);
      for (Answer answer : verify(whatIf, 10)) {
        Answer.Measured measured = Objects.requireNonNull(answer.measured());
        double truth = planted.change(answer.target(), whatIf.units(answer.target()));
        distances.add((measured.value() - truth) / measured.standardError());
        assertThat(measured.models()).isEqualTo(10);
      }
    }
    double squares = distances.stream().mapToDouble(z -> z * z).average().orElse(0);
    System.out.printf("mean squared distance in standard errors %.3f (t: 1.2)%n", squares);
    assertThat(squares).isBetween(0.7, 1.8);
  }

  /** The error that held-out subsets show is that of random sets, where responses are linear. */
  @Test
  void heldOutSubsetsTellTheErrorOfRandomSets() throws IOException {
    PlantedStudy planted = linear();
    ChangePredictor predictor = new ChangePredictor(planted.study(), planted.datamodels(), null);
    int held = 0;
    int count = 0;
    for (String set : new String[] {"random:20", "random:60", "near:30"}) {
      WhatIf whatIf = whatIf(planted, Question.remove(UnitSet.of(set, planted.study())));
      for (int t : all()) {
        int[] units = whatIf.units(t);
        double error = Math.sqrt(units.length * predictor.unitVariance(t));
        double distance = predictor.effect(t, units).change() - planted.change(t, units);
        held += Math.abs(distance) <= 1.96 * error ? 1 : 0;
        count++;
      }
      for (Answer answer : whatIf.predict(all())) {
        double truth = planted.change(answer.target(), whatIf.units(answer.target()));
        Interval predicted = Objects.requireNonNull(answer.predicted());
        assertThat(truth).isBetween(predicted.low(), predicted.high());
      }
    }
    double coverage = (double) held / count;
    System.out.printf("coverage %.3f of %d predictions%n", coverage, count);
    assertThat(coverage).isBetween(0.88, 0.99);
    Double heldOut = PredictionErrors.coverage(planted.study(), planted.datamodels());
    System.out.printf("held-out subsets: coverage %.3f%n", heldOut);
    assertThat(heldOut).isBetween(0.92, 0.98);
  }

  @Test
  void relabellingAndKeepingAreMeasured() throws IOException {
    PlantedStudy planted = linear();
    Question relabel =
        new Question(Question.Action.RELABEL, UnitSet.of("top:8", planted.study()), null, false);
    WhatIf whatIf = whatIf(planted, relabel);
    for (Answer answer : verify(whatIf, 8)) {
      Answer.Measured measured = Objects.requireNonNull(answer.measured());
      double twice = 2 * planted.change(answer.target(), whatIf.units(answer.target()));
      assertThat(measured.value()).isCloseTo(twice, within(6 * measured.standardError()));
      assertThat(answer.predicted()).as("datamodels are silent on labels").isNull();
      assertThat(answer.agrees()).isNull();
    }
    Question keep =
        new Question(Question.Action.KEEP, UnitSet.of("top:60", planted.study()), null, false);
    WhatIf kept = whatIf(planted, keep);
    for (Answer answer : verify(kept, 8)) {
      int[] in = kept.units(answer.target());
      int[] out = IntStream.range(0, D).filter(j -> Arrays.binarySearch(in, j) < 0).toArray();
      assertThat(Objects.requireNonNull(answer.measured()).value())
          .isCloseTo(planted.change(answer.target(), out), within(0.6));
    }
  }

  @Test
  void setsAreNestedAndTheSameForEachSeed() throws IOException {
    PlantedStudy planted = linear();
    UnitOrder order = new UnitOrder(planted.study(), planted.datamodels());
    UnitOrder again = new UnitOrder(planted.study(), planted.datamodels());
    for (UnitSet.Kind kind :
        new UnitSet.Kind[] {
          UnitSet.Kind.TOP, UnitSet.Kind.RANDOM, UnitSet.Kind.SAME_CLASS, UnitSet.Kind.NEAR
        }) {
      int[] whole = order.order(kind, 3);
      assertThat(whole)
          .hasSize(kind == UnitSet.Kind.SAME_CLASS ? D - 1 : D)
          .doesNotHaveDuplicates();
      assertThat(again.order(kind, 3)).isEqualTo(whole);
      int[] few = order.units(UnitSet.of(kind, 7), 3);
      assertThat(few).isSorted();
      assertThat(Arrays.stream(whole).limit(7).sorted().toArray()).isEqualTo(few);
    }
    assertThat(order.order(UnitSet.Kind.RANDOM, 3))
        .isNotEqualTo(order.order(UnitSet.Kind.RANDOM, 4));
    assertThat(order.order(UnitSet.Kind.BOTTOM, 3)[0])
        .isNotEqualTo(order.order(UnitSet.Kind.TOP, 3)[0]);
    assertThatThrownBy(() -> order.units(UnitSet.of(UnitSet.Kind.ZERO, 110), 3))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("zero:110");
    assertThatThrownBy(() -> UnitSet.of("tops:5", planted.study())).hasMessageContaining("top");
    assertThatThrownBy(() -> UnitSet.of("top:120", planted.study()))
        .hasMessageContaining("1 to 119 units");
  }

  /** Without models of the whole of S, the output before is predicted; with them, measured. */
  @Test
  void theOutputAfterBuildsOnWhatIsKnown() throws IOException {
    PlantedStudy planted = linear();
    Question question = Question.remove(UnitSet.of("random:10", planted.study()));
    Answer guessed = whatIf(planted, question).predict(new int[] {2}).getFirst();
    verify(whatIf(planted, question), 5);
    Answer known = whatIf(planted, question).predict(new int[] {2}).getFirst();
    assertThat(known.predicted()).isEqualTo(guessed.predicted());
    Interval before = Objects.requireNonNull(guessed.margin());
    Interval after = Objects.requireNonNull(known.margin());
    assertThat(after.high() - after.low()).isLessThan(before.high() - before.low());
    assertThat(known.measured()).isNull();
  }

  /** The smallest set, found by trying all, is what the searches by datamodels come near to. */
  @Test
  void supportsComeNearToTheSmallestSets() throws IOException {
    PlantedStudy planted = PlantedStudy.make(folder.resolve("t"), 12, 6, 0.05, y -> y, 800, 3);
    Interventions models = Interventions.of(planted.study());
    Supports.Options options =
        new Supports.Options(
            Supports.Method.EXHAUSTIVE, UnitSet.Kind.TOP, false, 4, false, 50, 0.05, 1.2);
    int[] targets = IntStream.range(0, 6).toArray();
    List<List<Support>> found = new ArrayList<>();
    for (Supports.Method method :
        new Supports.Method[] {
          Supports.Method.EXHAUSTIVE, Supports.Method.SEQUENTIAL, Supports.Method.PREDICTED
        }) {
      Supports supports =
          new Supports(
              planted.study(),
              options.method(method),
              planted.datamodels(),
              planted.datamodels(),
              models);
      found.add(PlantedStudy.run((e, p) -> supports.find(targets, e, p, "test")));
    }
    for (int t : targets) {
      Support smallest = found.get(0).get(t);
      Support sequential = found.get(1).get(t);
      if (smallest.size() == null) {
        assertThat(sequential.verified()).as("target %d", t).isFalse();
        continue;
      }
      assertThat(planted.mean(t, sorted(smallest.units()))).isNegative();
      if (sequential.verified()) {
        assertThat(planted.mean(t, sorted(sequential.units()))).isNegative();
        assertThat(sequential.size()).isBetween(smallest.size(), smallest.size() + 1);
      }
    }
    assertThat(found.get(1)).anyMatch(Support::verified);
  }

  private static int[] sorted(int[] units) {
    return IntStream.of(units).sorted().toArray();
  }

  /** Sets that all lower the output say nothing of gains, and must not break the correction. */
  @Test
  void setsOfOneKindAreEnoughForACorrection() {
    List<Correction.Measurement> measured = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      Effect effect = new Effect(5, -0.1 * i, 0, 0.01 * i, 0);
      measured.add(new Correction.Measurement(effect, 2, 0.001, -0.07 * i, 0.05));
    }
    Correction learnt = Correction.learn(measured);
    assertThat(learnt.coefficients()[5]).as("gains stay as they are").isEqualTo(1, within(1e-9));
    Prediction change = learnt.change(new Effect(5, -2, 0, 0.2, 0), 2, 0.001);
    assertThat(change.value()).isCloseTo(-1.4, within(0.05));
    assertThat(Correction.none().change(new Effect(5, -2, 0.5, 0.2, 0.1), 0, 0).value())
        .isEqualTo(-1.5);
  }

  @Test
  void takingOutAllOfAClassIsNoticed() throws IOException {
    PlantedStudy planted = linear();
    Question question = Question.remove(UnitSet.of("label=no", planted.study()));
    assertThat(whatIf(planted, question).vanishing(3)).containsExactly("no");
    Question all = Question.remove(UnitSet.of("label=no or label=yes", planted.study()));
    assertThatThrownBy(() -> whatIf(planted, all).predict(new int[] {3}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("units left to train on");
  }

  /** Where effects shrink towards the whole of S, a correction is learnt and judged on others. */
  @Test
  void aCorrectionMendsWhatLinearityLeavesOut() throws IOException {
    PlantedStudy planted =
        PlantedStudy.make(
            folder.resolve("c"), D, N, 0.1, y -> y > -0.5 ? 0.4 * y - 0.3 : y, 2000, 5);
    Counterfactuals found =
        PlantedStudy.run(
            (executor, progress) ->
                Counterfactuals.measure(
                    planted.study(),
                    new Counterfactuals.Plan(
                        all(),
                        List.of(
                            UnitSet.of(UnitSet.Kind.TOP, 4),
                            UnitSet.of(UnitSet.Kind.TOP, 16),
                            UnitSet.of(UnitSet.Kind.BOTTOM, 8),
                            UnitSet.of(UnitSet.Kind.RANDOM, 24)),
                        6,
                        50),
                    List.of(planted.datamodels()),
                    planted.datamodels(),
                    Interventions.of(planted.study()),
                    executor,
                    progress,
                    "test"));
    System.out.println(found.overall());
    found.write(planted.study(), planted.datamodels());
    assertThat(found.points()).hasSize(4 * N);
    assertThat(found.overall().correctedSlope()).isBetween(0.85, 1.15);
    assertThat(Math.abs(found.overall().slope() - 1)).isGreaterThan(0.1);
    assertThat(found.overall().coverage()).isGreaterThan(0.85);
    assertThat(Counterfactuals.correction(planted.study(), planted.datamodels()))
        .usingRecursiveComparison()
        .isEqualTo(found.correction());
    WhatIf corrected = whatIf(planted, Question.remove(UnitSet.of("top:4", planted.study())));
    assertThat(corrected.corrected()).isTrue();
  }
}
