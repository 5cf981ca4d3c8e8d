package dev.whence.reproduce;

import dev.whence.counterfactual.Counterfactuals;
import dev.whence.evaluate.Evaluator;
import dev.whence.evaluate.Interval;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.store.PoolSpec;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What datamodels at one α are like (Ilyas et al. 2022, Table D.3, Figures E.1, E.4, F.10).
 *
 * @param scores name of the fit
 * @param alpha part of the units that the pool's subsets hold
 * @param models m, the number of models of the fit
 * @param accuracy part of the targets that models on such subsets are right about; null where the
 *     output does not tell
 * @param nonZero median number of non-zero weights of a target
 * @param pearson correlation of predicted with actual outputs on held-out subsets of the same α
 * @param lds rank correlation of them
 * @param changePearson correlation of sums of weights with measured changes when sets are taken out
 *     of the whole of S; null where none were
 * @param changeSpearman rank correlation of them
 * @param changeSlope slope of the measured changes on sums of weights
 */
public record AlphaRow(
    String scores,
    double alpha,
    int models,
    @Nullable Double accuracy,
    double nonZero,
    @Nullable Interval pearson,
    @Nullable Interval lds,
    @Nullable Double changePearson,
    @Nullable Double changeSpearman,
    @Nullable Double changeSlope) {

  /** Returns a row for each judged fit of a study, by α. */
  public static List<AlphaRow> of(Study study, List<String> names) throws IOException {
    List<AlphaRow> rows = new ArrayList<>();
    for (String name : names) {
      NamedScores scores = NamedScores.open(study, name);
      FitOptions fit = scores.fit();
      PoolSpec pool = fit == null ? null : study.pool(fit.pool()).spec();
      if (fit == null || pool == null) {
        continue;
      }
      Evaluator.Judgement judged = Evaluator.Judgement.read(study, name);
      int[] counts = new int[scores.rows().targets()];
      scores
          .rows()
          .forEach(
              (t, row) -> {
                for (float w : row) {
                  counts[t] += w != 0 ? 1 : 0;
                }
              });
      double[] sorted = Arrays.stream(counts).asDoubleStream().sorted().toArray();
      Counterfactuals changes = Counterfactuals.read(study, scores);
      Counterfactuals.@Nullable Agreement all = changes == null ? null : changes.overall();
      rows.add(
          new AlphaRow(
              name,
              pool.design().alpha(),
              fit.runs(),
              judged.runs().accuracy(),
              Interval.quantile(sorted, 0.5),
              judged.agreement().pearson(),
              judged.agreement().lds(),
              all == null ? null : all.pearson(),
              all == null ? null : all.spearman(),
              all == null ? null : all.slope()));
    }
    rows.sort(Comparator.comparingDouble(AlphaRow::alpha));
    return rows;
  }
}
