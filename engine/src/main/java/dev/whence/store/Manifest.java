package dev.whence.store;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code study.json}: everything that a study is a pure function of.
 *
 * @param format version of the study's layout; {@link #FORMAT}
 * @param seed what every random choice of the study is keyed by
 * @param units d
 * @param targets n
 * @param data the dataset, or null for a study of imported runs
 * @param design the distribution of subsets, or null for imported runs
 * @param learner what trains a run, or null for imported runs
 * @param outputs what is recorded of each model on each target; the first is what datamodels are
 *     fitted to
 * @param repeats runs for evaluation: fresh subsets, each trained several times
 * @param chunkRows runs to a chunk: what a crash can cost
 */
public record Manifest(
    int format,
    long seed,
    int units,
    int targets,
    @Nullable Data data,
    @Nullable DesignSpec design,
    @Nullable LearnerSpec learner,
    List<String> outputs,
    Repeats repeats,
    int chunkRows) {

  /** The version that this program writes; it reads those from 1 on. Version 1 has no checksum. */
  public static final int FORMAT = 2;

  private static final String CHECKSUM = "crc32c";

  public Manifest {
    if (format < 1 || format > FORMAT) {
      throw BadInputException.at(
          "study.json, format", "version 1 to %d".formatted(FORMAT), "version " + format);
    }
    if (units < 1 || targets < 1) {
      throw BadInputException.at(
          "study.json", "at least one unit and one target", units + " and " + targets);
    }
    if (outputs.isEmpty()) {
      throw BadInputException.at("study.json, outputs", "at least one", "none");
    }
    if (chunkRows < 1) {
      throw BadInputException.at("study.json, chunkRows", "at least 1", chunkRows);
    }
    outputs = List.copyOf(outputs);
  }

  /** Writes the manifest to {@code file}, with the CRC-32C of its text as a last property. */
  public void write(Path file) throws IOException {
    ObjectNode json = Json.mapper().valueToTree(this);
    Json.write(file, json.put(CHECKSUM, checksum()));
  }

  /** Reads a manifest; one that changed since it was written is refused. */
  public static Manifest read(Path file) throws IOException {
    JsonNode tree = Json.read(file, JsonNode.class);
    if (!(tree instanceof ObjectNode json)) {
      throw BadInputException.at(file, "a JSON object", tree.getNodeType());
    }
    JsonNode checksum = json.remove(CHECKSUM);
    Manifest manifest = Json.convert(file, json, Manifest.class);
    String found = checksum == null ? "none" : checksum.asString("");
    if (manifest.format > 1 && !found.equals(manifest.checksum())) {
      throw new CorruptStudyException(
          file, "checksum %s of what it says".formatted(manifest.checksum()), found);
    }
    return manifest;
  }

  /**
   * Returns an output that is one number a target.
   *
   * @param asked its name as {@code --output} says it; null for the first
   */
  public String output(@Nullable String asked) {
    String name = asked == null ? outputs.getFirst() : asked;
    if (!outputs.contains(name) || name.equals("logits")) {
      throw BadInputException.at("--output", "one of " + outputs + " but logits", name);
    }
    return name;
  }

  private String checksum() {
    byte[] text = Json.text(this).getBytes(StandardCharsets.UTF_8);
    return Ledger.hex(ZarrArray.crc(ByteBuffer.wrap(text)));
  }

  /** Returns the manifest of a study of imported runs, with one number a target. */
  public static Manifest imported(long seed, int units, int targets, String output, int chunkRows) {
    return new Manifest(
        FORMAT,
        seed,
        units,
        targets,
        null,
        null,
        null,
        List.of(output),
        new Repeats(0, 1),
        chunkRows);
  }

  /** Returns this manifest with subsets that hold another part of the units. */
  public Manifest withAlpha(double alpha) {
    if (design == null) {
      throw BadInputException.at("study", "one that trains its own models", "imported runs");
    }
    DesignSpec other = new DesignSpec(design.kind, alpha, design.unit);
    return new Manifest(
        format, seed, units, targets, data, other, learner, outputs, repeats, chunkRows);
  }

  /** Returns this manifest with another learner's configuration. */
  public Manifest withLearner(LearnerSpec other) {
    return new Manifest(
        FORMAT, seed, units, targets, data, design, other, outputs, repeats, chunkRows);
  }

  /**
   * Where the examples come from.
   *
   * @param source "bundled" or the path that they were read from
   * @param fingerprint SHA-256 of the arrays
   * @param trainTargets whether the examples of S are targets too, after those of the test set
   */
  public record Data(
      String source, String fingerprint, int train, int test, boolean trainTargets) {}

  /**
   * A design.
   *
   * @param kind uniform, bernoulli, stratified or complementary
   * @param unit example or group
   */
  public record DesignSpec(String kind, double alpha, String unit) {}

  /**
   * A learner.
   *
   * @param name by which it is found
   * @param config its hyperparameters, all of them
   */
  public record LearnerSpec(String name, ObjectNode config) {}

  /**
   * Runs that no regression sees.
   *
   * @param subsets how many fresh subsets
   * @param times how many models are trained on each
   */
  public record Repeats(int subsets, int times) {
    public Repeats {
      if (subsets < 0 || times < 1) {
        throw BadInputException.at(
            "repeats", "subsets of at least 0 and times of at least 1", subsets + " × " + times);
      }
    }

    /** Returns the number of runs. */
    public int runs() {
      return Math.multiplyExact(subsets, times);
    }
  }
}
