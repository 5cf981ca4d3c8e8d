package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed at random moments, train and fit end with the study that an undisturbed run makes, bit for
 * bit.
 */
class KillTest {

  /** Each seed is a history of kills; -Dwhence.kill.seeds=N for more. */
  private static final int SEEDS = Integer.getInteger("whence.kill.seeds", 8);

  private static final String MODELS = "60";

  @TempDir Path folder;

  private Path init(String name) {
    Path study = folder.resolve(name);
    assertThat(
            Whence.run(
                    "init",
                    study.toString(),
                    "--data",
                    "bundled",
                    "--learner",
                    "softmax",
                    "--set",
                    "epochs=1",
                    "--repeats",
                    "4x2",
                    "--chunk",
                    "8",
                    "--seed",
                    "3")
                .code())
        .isZero();
    return study;
  }

  @Test
  void killedStudiesAreBitIdentical() throws Exception {
    Path undisturbed = init("undisturbed");
    assertThat(Whence.run("train", undisturbed.toString(), "--models", MODELS, "-q").code())
        .isZero();
    assertThat(Whence.run("fit", undisturbed.toString(), "-q").code()).isZero();
    Map<String, String> expected = digest(undisturbed);
    int kills = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path study = init("killed-" + seed);
      kills += disturb(random, "train", study.toString(), "--models", MODELS, "-q");
      kills += disturb(random, "fit", study.toString(), "-q");
      Map<String, String> actual = digest(study);
      assertThat(actual.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
      expected.forEach((file, hash) -> assertThat(actual.get(file)).as(file).isEqualTo(hash));
    }
    assertThat(kills).as("some kills must have hit").isPositive();
  }

  /** Runs a command, killing it after a random time up to four times, and lets the last run end. */
  private static int disturb(Random random, String... command) throws Exception {
    int kills = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
      Process process = Whence.start(command);
      if (process.waitFor(300 + random.nextInt(1200), TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).isZero();
        return kills;
      }
      process.destroyForcibly().waitFor();
      kills++;
    }
    assertThat(Whence.start(command).waitFor()).isZero();
    return kills;
  }

  private static Map<String, String> digest(Path study) throws IOException {
    Map<String, String> digest = new TreeMap<>();
    try (Stream<Path> files = Files.walk(study)) {
      files
          .filter(Files::isRegularFile)
          .filter(f -> !f.endsWith("study.lock"))
          .forEach(f -> digest.put(study.relativize(f).toString(), hash(f)));
    }
    return digest;
  }

  private static String hash(Path file) {
    try {
      return java.util.HexFormat.of()
          .formatHex(
              java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
