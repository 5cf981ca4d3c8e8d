package dev.whence.learn.process;

import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.data.DType;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.NpyWriter;
import dev.whence.learn.Workplace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The dataset in files that all workers map into memory; the files are written once.
 *
 * @param workplace folders of the training
 * @param folder folder of these files and of the workers' own
 * @param greeting the first line that a worker reads
 * @param labels labels of S
 * @param targets number of examples in each set of targets
 * @param outputs number of values that a model gives for each example
 */
record SharedArrays(
    Workplace workplace,
    Path folder,
    ObjectNode greeting,
    Labels labels,
    int[] targets,
    int outputs)
    implements AutoCloseable {

  static SharedArrays write(
      Dataset train, List<Features> targets, boolean scalar, Workplace workplace) {
    try {
      Path folder = workplace.newFolder("process-").toAbsolutePath();
      ObjectNode greeting = Json.mapper().createObjectNode();
      greeting.put("whence", 1).put("newest", Worker.NEWEST);
      Path features = features(folder.resolve("features.npy"), train.features());
      int classes = train.labels() instanceof Labels.Classes known ? known.count() : 0;
      greeting.put("features", features.toString());
      greeting.put("labels", labels(folder.resolve("labels.npy"), train.labels()).toString());
      greeting.put("classes", classes);
      if (train.labels() instanceof Labels.Classes known) {
        ArrayNode names = greeting.putArray("names");
        known.names().forEach(names::add);
      }
      greeting.put("returns", scalar ? "output" : "logits");
      ArrayNode sets = greeting.putArray("targets");
      for (int s = 0; s < targets.size(); s++) {
        Features set = targets.get(s);
        sets.add(
            (set == train.features()
                    ? features
                    : features(folder.resolve("targets-%d.npy".formatted(s)), set))
                .toString());
      }
      return new SharedArrays(
          workplace,
          folder,
          greeting,
          train.labels(),
          targets.stream().mapToInt(Features::rows).toArray(),
          scalar ? 1 : train.labels().outputs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path features(Path file, Features features) throws IOException {
    float[] values = features.values();
    return NpyWriter.write(file, features.dtype(), i -> values[i], features.arrayShape());
  }

  static Path labels(Path file, Labels labels) throws IOException {
    return switch (labels) {
      case Labels.Classes classes ->
          NpyWriter.write(file, DType.INT64, i -> classes.values()[i], labels.rows());
      case Labels.Reals reals ->
          NpyWriter.write(file, DType.FLOAT32, i -> reals.values()[i], labels.rows());
    };
  }

  /** Returns the names of the classes that {@code members} have no example of. */
  List<String> lacking(int[] members) {
    if (!(labels instanceof Labels.Classes classes)) {
      return List.of();
    }
    BitSet held = new BitSet();
    IntStream.of(members).forEach(i -> held.set(classes.values()[i]));
    return IntStream.range(0, classes.count())
        .filter(c -> !held.get(c))
        .mapToObj(classes.names()::get)
        .toList();
  }

  @Override
  public void close() {
    try {
      Folders.delete(folder);
      workplace.tidy();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
