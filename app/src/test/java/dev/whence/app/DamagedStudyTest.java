package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of a study that somebody or something has changed: every command says in a line what it
 * expected, or does without. -Dwhence.damages=N for more, -Dwhence.seed=N for others.
 */
class DamagedStudyTest {

  private static final int DAMAGES = Integer.getInteger("whence.damages", 40);

  @TempDir Path folder;

  private static final List<UnaryOperator<String>> CHANGES =
      List.of(
          text -> "",
          text -> text.substring(0, text.length() / 2),
          text -> "null",
          text -> "[]",
          text -> "{}",
          text -> "\"text\"",
          text -> text.replaceAll("\\d+", "-7"),
          text -> text.replaceAll("\\d+", "99999999999999999999"),
          text -> text.replaceAll("\\d+", "1.5"),
          text -> text.replaceAll("\"[a-z_]+\"", "\"other\""),
          text -> text.replaceAll("\\[[^\\[\\]]*\\]", "[]"),
          text -> text.replaceAll("\\[[^\\[\\]]*\\]", "null"),
          text -> "\ufeff" + text);

  private Path unpack(String name, int number) throws IOException {
    Path study = folder.resolve(name + "-" + number);
    Path golden =
        Path.of(
            System.getProperty("whence.home"),
            "engine/src/test/resources/golden/format-1-%s.zip".formatted(name));
    try (InputStream in = Files.newInputStream(golden);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = study.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          Files.write(file, zip.readAllBytes());
        }
      }
    }
    return study;
  }

  @Test
  void noCommandCrashes() throws IOException {
    long seed = Long.getLong("whence.seed", 11);
    Random random = new Random(seed);
    for (int i = 0; i < DAMAGES; i++) {
      Path study = unpack(random.nextBoolean() ? "trained" : "imported", i);
      List<Path> files;
      try (Stream<Path> all = Files.walk(study)) {
        files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      }
      Path file = files.get(random.nextInt(files.size()));
      int change = random.nextInt(CHANGES.size());
      String text = CHANGES.get(change).apply(Files.readString(file));
      Files.writeString(file, text);
      for (String[] command :
          new String[][] {
            {"similar", study.toString(), "0"},
            {
              "export", study.toString(), "--what", "weights,masks,outputs", "--out", study + ".out"
            },
            {"evaluate", study.toString(), "-q"},
            {"report", study.toString()},
            {"fit", study.toString(), "-q", "--estimator", "ridge"},
            {"train", study.toString(), "--models", "64", "-q"},
          }) {
        Whence.Result result = Whence.run(command);
        String what =
            "seed %d, damage %d: %s of %s, change %d: %s"
                .formatted(seed, i, command[0], study.relativize(file), change, result.err());
        assertThat(result.code()).as(what).isIn(0, 1, 2);
        assertThat(result.err()).as(what).doesNotContain("internal error");
        if (result.code() != 0) {
          assertThat(result.err().lines().count()).as(what).isEqualTo(1);
        }
      }
    }
  }
}
