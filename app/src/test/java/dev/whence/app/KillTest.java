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

  private static final String MODELS = "400";

  @TempDir Path folder;

  /** Makes a study of a small table: 84 units, 120 targets, 84 of them in S. */
  private Path init(String name) throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < 120; i++) {
      double a = random.nextGaussian();
      csv.append("%f,%f,%f,%f,".formatted(a, random.nextGaussian(), random.nextGaussian(), a * a))
          .append(a + random.nextGaussian() > 0 ? "up\n" : "down\n");
    }
    Path table = Files.writeString(folder.resolve("table.csv"), csv);
    Path study = folder.resolve(name);
    assertThat(
            Whence.run(
                    "init",
                    study.toString(),
                    "--data",
                    table.toString(),
                    "--holdout",
                    "0.3",
                    "--learner",
                    "mlp",
                    "--set",
                    "hidden=[32]",
                    "--train-targets",
                    "--repeats",
                    "8x4",
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
    assertThat(Whence.run("fit", undisturbed.toString(), "-q", "--no-cross-validate").code())
        .isZero();
    Map<String, String> expected = digest(undisturbed);
    int kills = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path study = init("killed-" + seed);
      kills += disturb(random, "train", study.toString(), "--models", MODELS, "-q");
      kills += disturb(random, "fit", study.toString(), "-q", "--no-cross-validate");
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
      if (process.waitFor(250 + random.nextInt(1000), TimeUnit.MILLISECONDS)) {
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
          .filter(f -> !f.toString().endsWith(".lock"))
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
