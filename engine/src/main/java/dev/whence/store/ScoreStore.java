package dev.whence.store;

import dev.whence.data.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores on disk, in chunks of {@value #CHUNK_TARGETS} targets: {@code scores} float32 [n, d] (of a
 * study's own datamodels: {@code weights}), and beside them any float64 arrays with a value or a
 * row for each target, such as {@code bias} [n]. A chunk is done when the ledger records it.
 */
public final class ScoreStore implements ScoreRows {

  /** Targets in a chunk. */
  public static final int CHUNK_TARGETS = 32;

  private static final List<String> SCORES = List.of("scores", "weights");

  private final String scores;
  private final LedgeredArrays arrays;

  private ScoreStore(Path folder, String scores, Map<String, ZarrArray> arrays) {
    this.scores = scores;
    this.arrays = new LedgeredArrays(folder.resolve("ledger"), arrays);
  }

  /** A float64 array beside the scores: [n], or [n, columns] where {@code columns} is not 0. */
  public record Beside(String name, int columns, String axis) {}

  /**
   * Creates an empty store, or opens the existing store.
   *
   * @param scores name of the array [n, d]
   */
  public static ScoreStore create(
      Path folder, String scores, int targets, int units, List<Beside> beside) throws IOException {
    Study.writeGroup(folder);
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    arrays.put(
        scores,
        ZarrArray.create(
            folder.resolve(scores),
            DType.FLOAT32,
            new long[] {targets, units},
            CHUNK_TARGETS,
            Map.of(),
            List.of("target", "unit")));
    for (Beside array : beside) {
      boolean vector = array.columns == 0;
      arrays.put(
          array.name,
          ZarrArray.create(
              folder.resolve(array.name),
              DType.FLOAT64,
              vector ? new long[] {targets} : new long[] {targets, array.columns},
              CHUNK_TARGETS,
              Map.of(),
              vector ? List.of("target") : List.of("target", array.axis)));
    }
    return new ScoreStore(folder, scores, arrays);
  }

  /**
   * Opens the scores in a folder.
   *
   * @param beside names of arrays beside the scores; arrays that do not exist are left out
   */
  public static ScoreStore open(Path folder, List<String> beside) throws IOException {
    String scores =
        SCORES.stream()
            .filter(name -> Files.isDirectory(folder.resolve(name)))
            .findFirst()
            .orElse(SCORES.getFirst());
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    arrays.put(scores, ZarrArray.open(folder.resolve(scores)));
    for (String name : beside) {
      if (Files.isDirectory(folder.resolve(name))) {
        arrays.put(name, ZarrArray.open(folder.resolve(name)));
      }
    }
    return new ScoreStore(folder, scores, arrays);
  }

  @Override
  public int targets() {
    return (int) arrays.array(scores).rows();
  }

  @Override
  public int units() {
    return arrays.array(scores).rowSize();
  }

  /** Returns the number of chunks of targets. */
  public int chunks() {
    return arrays.array(scores).chunks();
  }

  /** Returns the first target of a chunk. */
  public int firstTarget(int chunk) {
    return chunk * CHUNK_TARGETS;
  }

  /** Returns the number of targets of a chunk. */
  public int targetsOf(int chunk) {
    return arrays.array(scores).rowsOf(chunk);
  }

  /** Returns whether a chunk is written. */
  public boolean done(int chunk) throws IOException {
    return arrays.rows(chunk) >= targetsOf(chunk);
  }

  /** Returns whether every target is written. */
  public boolean complete() throws IOException {
    for (int c = 0; c < chunks(); c++) {
      if (!done(c)) {
        return false;
      }
    }
    return true;
  }

  /** Gives a target's scores, or its row of an array beside the scores. */
  public interface Rows {
    /**
     * @param array name of the array
     * @param i index of the target within the chunk
     */
    double[] row(String array, int i);
  }

  /** Writes a chunk of targets, its ledger entry last. */
  public void write(int chunk, Rows rows) throws IOException {
    Map<String, ByteBuffer> elements = new LinkedHashMap<>();
    for (String name : arrays.names()) {
      ByteBuffer buffer = arrays.array(name).newChunk(targetsOf(chunk));
      for (int i = 0; i < targetsOf(chunk); i++) {
        for (double value : rows.row(name, i)) {
          if (name.equals(scores)) {
            buffer.putFloat((float) value);
          } else {
            buffer.putDouble(value);
          }
        }
      }
      elements.put(name, buffer);
    }
    arrays.write(chunk, targetsOf(chunk), elements);
  }

  @Override
  public float[] row(int t) throws IOException {
    float[] row = new float[units()];
    arrays.read(scores, t / CHUNK_TARGETS).asFloatBuffer().get(t % CHUNK_TARGETS * units(), row);
    return row;
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    float[] row = new float[units()];
    for (int c = 0; c < chunks(); c++) {
      FloatBuffer chunk = arrays.read(scores, c).asFloatBuffer();
      for (int t = 0; t < targetsOf(c); t++) {
        chunk.get(t * units(), row);
        visitor.row(firstTarget(c) + t, row);
      }
    }
  }

  /** Returns whether there is an array {@code name} beside the scores. */
  public boolean has(String name) {
    return arrays.has(name);
  }

  /** Returns an array beside the scores, [n] or [n, columns]. */
  public double[] beside(String name) throws IOException {
    int size = arrays.array(name).rowSize();
    double[] values = new double[Math.multiplyExact(targets(), size)];
    for (int c = 0; c < chunks(); c++) {
      arrays.read(name, c).asDoubleBuffer().get(values, firstTarget(c) * size, targetsOf(c) * size);
    }
    return values;
  }

  /** Returns the number of columns of an array beside the scores; 1 for a vector. */
  public int columns(String name) {
    return arrays.array(name).rowSize();
  }
}
