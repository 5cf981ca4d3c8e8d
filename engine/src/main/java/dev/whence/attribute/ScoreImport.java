package dev.whence.attribute;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.data.NpyArray;
import dev.whence.regress.NamedScores;
import dev.whence.store.Ledger;
import dev.whence.store.ScoreOrigin;
import dev.whence.store.ScoreStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Imports scores that another tool computed into a study, beside the study's own.
 *
 * @param name name that the scores get in the study
 * @param method name of the method that computed the scores
 * @param scores .npy of numbers, [n, d], positive where the unit's presence raises the output
 * @param transposed whether {@code scores} is [d, n]
 * @param bias .npy of numbers, [n]: the bias plus the sum of the scores of the subset's units
 *     predicts the output; null where scores only rank subsets
 * @param output name of the recorded output that the scores explain
 */
public record ScoreImport(
    String name,
    String method,
    Path scores,
    boolean transposed,
    @Nullable Path bias,
    String output) {

  /**
   * Reads, checks and writes the scores into {@code study}; nothing is left of scores that are
   * refused.
   */
  public void into(Study study, Progress progress) throws IOException {
    int n = study.manifest().targets();
    int d = study.manifest().units();
    Path folder = NamedScores.folder(study, name);
    if (name.equals(NamedScores.DATAMODELS) || Files.exists(folder.resolve("fit.json"))) {
      throw BadInputException.at("--name", "a name that no fit has", name);
    }
    try (StudyLock _ = study.lock(NamedScores.part(name), "whence import-scores", folder);
        Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map(scores, arena).requireRank(2);
      requireShape(array, n, d);
      NpyArray biases = bias == null ? null : NpyArray.map(bias, arena).requireRank(1);
      if (biases != null && biases.rows() != n) {
        throw BadInputException.at(
            String.valueOf(bias), "%d numbers, one a target".formatted(n), biases.rows());
      }
      requireNumbers(scores, array);
      if (bias != null && biases != null) {
        requireNumbers(bias, biases);
      }
      AtomicFile.deleteFolder(NamedScores.make(study, name));
      ScoreStore store =
          ScoreStore.create(
              folder,
              "scores",
              n,
              d,
              biases == null ? List.of() : List.of(new ScoreStore.Beside("bias", 0, "")));
      try (Progress.Task task = progress.start("importing", n, "targets")) {
        for (int c = 0; c < store.chunks(); c++) {
          int first = store.firstTarget(c);
          store.write(
              c,
              (of, i) ->
                  of.equals("bias") && biases != null
                      ? new double[] {biases.get(first + i, 0)}
                      : row(array, first + i, d));
          task.step(store.targetsOf(c));
        }
      }
      Json.write(
          folder.resolve("scores.json"),
          new ScoreOrigin(method, output, scores.getFileName().toString(), checksum(), null));
    }
  }

  private void requireShape(NpyArray array, int n, int d) {
    long rows = transposed ? d : n;
    long columns = transposed ? n : d;
    if (array.rows() != rows || array.rowSize() != columns) {
      boolean turned = array.rows() == columns && array.rowSize() == rows;
      throw BadInputException.at(
          scores,
          "(%d, %d): %s".formatted(rows, columns, transposed ? "units, targets" : "targets, units"),
          array.shapeText()
              + (turned ? (transposed ? " (without --transposed?)" : " (--transposed?)") : ""));
    }
  }

  private static void requireNumbers(Path file, NpyArray array) {
    for (long i = 0; i < array.rows(); i++) {
      for (long j = 0; j < array.rowSize(); j++) {
        double value = array.get(i, j);
        if (!Double.isFinite(value) || Math.abs(value) > Float.MAX_VALUE) {
          throw BadInputException.at("%s, [%d, %d]".formatted(file, i, j), "a number", value);
        }
      }
    }
  }

  private double[] row(NpyArray array, int t, int d) {
    double[] row = new double[d];
    for (int j = 0; j < d; j++) {
      row[j] = transposed ? array.get(j, t) : array.get(t, j);
    }
    return row;
  }

  private String checksum() throws IOException {
    CRC32C crc = new CRC32C();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(scores), crc)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return Ledger.hex((int) crc.getValue());
  }
}
