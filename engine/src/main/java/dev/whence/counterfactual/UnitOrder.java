package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.design.Units;
import dev.whence.explore.Captions;
import dev.whence.pool.Targets;
import dev.whence.regress.NamedScores;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the units of each {@link UnitSet.Kind} are taken for a target, so that a
 * smaller set is part of a larger one (Ilyas et al. 2022, footnote 21). A target's own unit is in
 * no order.
 */
public final class UnitOrder {

  private final Study study;
  private final @Nullable NamedScores scores;
  private final int[] unitOfTarget;
  private @Nullable Split data;

  /**
   * @param scores scores that rank units; null where no set depends on scores
   */
  public UnitOrder(Study study, @Nullable NamedScores scores) throws IOException {
    this.study = study;
    this.scores = scores;
    unitOfTarget = Targets.of(study).units();
  }

  /** Returns the units of a set for a target, increasing; refuses a set that cannot be filled. */
  public int[] units(UnitSet set, int target) throws IOException {
    if (set.kind() == UnitSet.Kind.LISTED) {
      return set.listed();
    }
    int[] order = order(set.kind(), target);
    if (order.length < set.size()) {
      throw BadInputException.at(
          set.text(),
          "at most %,d units, for target %d".formatted(order.length, target),
          set.size());
    }
    return IntStream.of(order).limit(set.size()).sorted().toArray();
  }

  /** Returns all units of a kind in the order in which they are taken for a target. */
  public int[] order(UnitSet.Kind kind, int target) throws IOException {
    int own = unitOfTarget[target];
    int[] all = IntStream.range(0, study.manifest().units()).filter(j -> j != own).toArray();
    return switch (kind) {
      case TOP -> ranked(all, target, -1);
      case BOTTOM -> ranked(all, target, 1);
      case ZERO -> {
        float[] row = scores().rows().row(target);
        yield shuffled(IntStream.of(all).filter(j -> row[j] == 0).toArray(), target);
      }
      case RANDOM -> shuffled(all, target);
      case SAME_CLASS -> shuffled(ofClass(all, target), target);
      case NEAR -> nearest(all, target);
      case LISTED -> throw new IllegalArgumentException("a listed set has no order");
    };
  }

  private NamedScores scores() {
    if (scores == null) {
      throw BadInputException.at(
          study.folder(), "fitted datamodels (whence fit) or other scores", "none");
    }
    return scores;
  }

  /**
   * @param sign 1 for the smallest score first, −1 for the largest
   */
  private int[] ranked(int[] all, int target, int sign) throws IOException {
    float[] row = scores().rows().row(target);
    return sorted(all, j -> sign * row[j]);
  }

  /** Returns units by a key, smallest first; units of equal keys by their numbers. */
  private static int[] sorted(int[] units, IntToDoubleFunction key) {
    return IntStream.of(units)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(key::applyAsDouble)
                .thenComparing(Comparator.naturalOrder()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Shuffles units; any part of them keeps its order among the others. */
  private int[] shuffled(int[] units, int target) {
    int d = study.manifest().units();
    int[] order = IntStream.range(0, d).toArray();
    Key.shuffle(order, d, new Key(study.manifest().seed(), Purpose.ORDER, target).random());
    boolean[] in = new boolean[d];
    IntStream.of(units).forEach(j -> in[j] = true);
    return IntStream.of(order).filter(j -> in[j]).toArray();
  }

  private Split data() throws IOException {
    if (data == null) {
      data = study.data();
    }
    return data;
  }

  private Units unitsOf(Dataset train) {
    Manifest manifest = study.manifest();
    return manifest.training() == null
        ? Units.of(train, Units.Kind.EXAMPLE)
        : Targets.units(manifest, train);
  }

  /** Returns the example that a target is, as a dataset of one. */
  private Dataset target(int target) throws IOException {
    Manifest.Training training = study.manifest().training();
    List<Dataset> sets = Targets.sets(data(), training != null && training.data().trainTargets());
    Captions.Example example = Captions.example(sets, target);
    if (example != null) {
      return example.set().select(new int[] {example.row()});
    }
    throw BadInputException.at("target", "an example of the dataset", target);
  }

  private int[] ofClass(int[] all, int target) throws IOException {
    Dataset train = data().train();
    int[] strata = unitsOf(train).strata(train.labels());
    if (strata.length == 0 || !(target(target).labels() instanceof Labels.Classes own)) {
      throw BadInputException.at(
          UnitSet.Kind.SAME_CLASS.label(),
          "units of one class each",
          "units of mixed or no classes");
    }
    return IntStream.of(all).filter(j -> strata[j] == own.values()[0]).toArray();
  }

  /** Orders units by the Euclidean distance of their nearest example to the target. */
  private int[] nearest(int[] all, int target) throws IOException {
    Dataset train = data().train();
    Features features = train.features();
    float[] own = target(target).features().values();
    int[] unitOf = unitsOf(train).ofExample();
    double[] distance = new double[study.manifest().units()];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    int size = features.size();
    for (int i = 0; i < train.rows(); i++) {
      double sum = 0;
      for (int f = 0; f < size; f++) {
        double difference = features.values()[i * size + f] - own[f];
        sum += difference * difference;
      }
      distance[unitOf[i]] = Math.min(distance[unitOf[i]], sum);
    }
    return sorted(all, j -> distance[j]);
  }
}
