package dev.whence.app;

import dev.whence.base.Json;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Fingerprint;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    description = "Looks at datasets.",
    footer = {"", "Example:", "  whence data info bundled"})
final class DataCommand {

  @Command(
      name = "info",
      mixinStandardHelpOptions = true,
      description = "Reads and checks the dataset at PATH and says what is in it.",
      footer = {
        "",
        "Examples:",
        "  whence data info bundled",
        "  whence data info cifar-10-batches-bin --json",
        "  whence data info images/ --sheet images.png",
        "  whence data info table.csv --label diagnosis --group hospital"
      })
  int info(
      @Parameters(
              paramLabel = "bundled|PATH",
              description = "The bundled subset, a folder or a file.")
          String path,
      @Option(names = "--json", description = "Print as JSON.") boolean json,
      @Option(
              names = "--sheet",
              paramLabel = "FILE.png",
              description = "Write the first pictures side by side.")
          @Nullable Path sheet,
      @Mixin ReadingOptions reading)
      throws IOException {
    List<String> told = new ArrayList<>();
    Split split = DatasetReader.read(path, reading.read(), told::add);
    if (sheet != null) {
      ContactSheet.write(sheet, split.train());
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("fingerprint", Fingerprint.of(split));
    info.put("train", describe(split.train()));
    if (split.test() != null) {
      info.put("test", describe(split.test()));
    }
    info.put("remarks", told);
    if (json) {
      System.out.print(Json.text(info));
    } else {
      info.remove("remarks");
      info.forEach((part, what) -> System.out.println(part + ": " + what));
      told.forEach(System.out::println);
    }
    return 0;
  }

  private static Map<String, Object> describe(Dataset dataset) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("examples", dataset.rows());
    about.put("shape", dataset.features().shapeText());
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : dataset.features().values()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    about.put(
        "values", "%s to %s%s".formatted(low, high, dataset.features().bytes() ? " (8-bit)" : ""));
    switch (dataset.labels()) {
      case Labels.Classes classes -> {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < classes.rows(); i++) {
          counts.merge(classes.text(i), 1, Integer::sum);
        }
        about.put("classes", counts);
      }
      case Labels.Reals _ -> about.put("labels", "real numbers");
    }
    about.put("names", dataset.metadata().names() != null);
    about.put("groups", dataset.metadata().groups() != null);
    return about;
  }
}
