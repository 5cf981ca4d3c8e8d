package dev.whence.reproduce;

import dev.whence.base.BadInputException;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How near to normal an output of models that were trained on one subset is (Ilyas et al. 2022,
 * App. C, Figure C.1), and how many targets it says nothing of.
 *
 * @param output name of the output
 * @param models number of models on the subset
 * @param pValues p-values of D'Agostino and Pearson's test, of the targets whose output varies
 * @param saturated part of the targets whose output is the same for all models
 */
public record OutputNormality(String output, int models, double[] pValues, double saturated) {

  /** Level at which normality is rejected. */
  private static final double LEVEL = 0.05;

  /**
   * Returns the part of the targets whose normality is rejected at 0.05; normal outputs have it.
   */
  public double rejected() {
    return Arrays.stream(pValues).filter(p -> p < LEVEL).count() / (double) pValues.length;
  }

  /** Tests every recorded output of a study on the models of its first subset for evaluation. */
  public static List<OutputNormality> of(Study study) throws IOException {
    List<OutputNormality> all = new ArrayList<>();
    int times = study.manifest().repeats().times();
    for (String output : study.manifest().outputs()) {
      RunStore store = RunStore.open(study.pool().repeats(), List.of(output));
      if (store.doneRuns() < times || times < NormalityTest.FEWEST) {
        throw BadInputException.at(
            study.folder(),
            "at least %d models on one subset".formatted(NormalityTest.FEWEST),
            Math.min(times, store.doneRuns()));
      }
      float[] outputs = store.outputs(output, times);
      int n = outputs.length / times;
      double[] p = new double[n];
      int same = 0;
      for (int t = 0; t < n; t++) {
        double[] values = new double[times];
        for (int k = 0; k < times; k++) {
          values[k] = outputs[k * n + t];
        }
        boolean constant = Arrays.stream(values).allMatch(v -> v == values[0]);
        same += constant ? 1 : 0;
        p[t] = constant ? Double.NaN : NormalityTest.pValue(values);
      }
      all.add(
          new OutputNormality(
              output,
              times,
              Arrays.stream(p).filter(Double::isFinite).toArray(),
              (double) same / n));
    }
    return all;
  }
}
