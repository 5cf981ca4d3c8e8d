package dev.whence.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.whence.base.Api;
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
 * {@code study.json}: everything that determines the content of a study.
 *
 * @param format version of the study's layout; {@link #FORMAT}
 * @param seed seed that keys every random choice of the study
 * @param units number of training units, d
 * @param targets number of targets, n
 * @param training dataset, design and learner of the runs; null for a study of imported runs
 * @param outputs names of the outputs that are recorded of each model on each target; datamodels
 *     are fitted to the first, unless told otherwise
 * @param repeats runs for evaluation: fresh subsets, each trained several times
 * @param chunkRows number of runs in a chunk; runs are saved a chunk at a time
 */
@Api
public record Manifest(
    int format,
    long seed,
    int units,
    int targets,
    @Nullable Training training,
    List<String> outputs,
    Repeats repeats,
    int chunkRows) {

  /**
   * The newest version; this program reads versions from 1 on. Version 1 has no checksum; version 3
   * has columns of metadata.
   */
  public static final int FORMAT = 3;

  /** The version of studies without columns of metadata, which earlier programs read. */
  public static final int WITHOUT_COLUMNS = 2;

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

  /** The manifest as its file has it: the parts of the training beside the others. */
  private record Written(
      int format,
      long seed,
      int units,
      int targets,
      @Nullable Data data,
      @Nullable DesignSpec design,
      @Nullable LearnerSpec learner,
      List<String> outputs,
      Repeats repeats,
      int chunkRows) {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Manifest of(Written w) {
    Training training = null;
    if (w.data != null && w.design != null && w.learner != null) {
      training = new Training(w.data, w.design, w.learner);
    } else if (w.data != null || w.design != null || w.learner != null) {
      throw BadInputException.at("study.json", "data, design and learner together", "some of them");
    }
    return new Manifest(
        w.format, w.seed, w.units, w.targets, training, w.outputs, w.repeats, w.chunkRows);
  }

  @JsonValue
  Written written() {
    return new Written(
        format,
        seed,
        units,
        targets,
        training == null ? null : training.data,
        training == null ? null : training.design,
        training == null ? null : training.learner,
        outputs,
        repeats,
        chunkRows);
  }

  /** Returns how the runs are trained, or refuses imported runs. */
  public Training trained() {
    if (training == null) {
      throw BadInputException.at("study", "a study that trains its own models", "imported runs");
    }
    return training;
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
   * Returns the name of an output that is one number a target; other outputs are refused.
   *
   * @param asked the name given with {@code --output}; null for the first output
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

  /** Returns the manifest of a study of imported runs, whose only output is one number a target. */
  public static Manifest imported(long seed, int units, int targets, String output, int chunkRows) {
    return new Manifest(
        WITHOUT_COLUMNS, seed, units, targets, null, List.of(output), new Repeats(0, 1), chunkRows);
  }

  /** Returns this manifest with another configuration of its learner. */
  public Manifest withLearner(LearnerSpec other) {
    Training changed = new Training(trained().data, trained().design, other);
    return new Manifest(
        Math.max(format, WITHOUT_COLUMNS),
        seed,
        units,
        targets,
        changed,
        outputs,
        repeats,
        chunkRows);
  }

  /** Returns this manifest with other outputs. */
  public Manifest withOutputs(List<String> other) {
    return new Manifest(format, seed, units, targets, training, other, repeats, chunkRows);
  }

  /**
   * How the runs are trained.
   *
   * @param data dataset
   * @param design distribution of subsets
   * @param learner what trains a run
   */
  public record Training(Data data, DesignSpec design, LearnerSpec learner) {}

  /**
   * Where the examples come from.
   *
   * @param source "bundled" or the path that the examples were read from
   * @param fingerprint SHA-256 of the features and labels
   * @param train number of training examples
   * @param test number of test examples
   * @param trainTargets whether the examples of S are targets too, after those of the test set
   */
  public record Data(
      String source, String fingerprint, int train, int test, boolean trainTargets) {}

  /**
   * A design.
   *
   * @param kind uniform, bernoulli, stratified or complementary
   * @param alpha fraction of the units that a subset holds
   * @param unit example or group
   */
  public record DesignSpec(String kind, double alpha, String unit) {}

  /**
   * A learner.
   *
   * @param name name by which the learner's factory is found
   * @param config all hyperparameters, defaults included
   */
  public record LearnerSpec(String name, ObjectNode config) {}

  /**
   * Runs that no regression is fitted to.
   *
   * @param subsets number of fresh subsets
   * @param times number of models trained on each subset
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
