package dev.whence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import dev.whence.learn.HandedOver;
import dev.whence.pool.Pool;
import dev.whence.pool.StudyConfig;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/java.md compile, and do what the page says. */
class JavaGuideTest {

  private static final Path PAGE = Path.of("../docs/java.md");
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?public class (\\w+).*?)```", Pattern.DOTALL);

  private static final Pattern FLAGS = Pattern.compile("```\n(--add-modules .*)\n```");

  @TempDir Path folder;

  /** Compiles a program of the page and runs it in another JVM; returns what it prints. */
  private String run(String name, Path study) throws IOException, InterruptedException {
    String page = Files.readString(PAGE);
    Matcher programs = PROGRAM.matcher(page);
    while (programs.find()) {
      Path file = folder.resolve(programs.group(2) + ".java");
      Files.writeString(file, programs.group(1));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path source = folder.resolve(name + ".java");
    String path = System.getProperty("java.class.path");
    int failed =
        compiler.run(
            null, null, null, "-Xlint:all,-incubating", "-Werror", "-cp", path, source.toString());
    assertThat(failed).as("%s compiles without a warning", name).isZero();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Matcher flags = FLAGS.matcher(page);
    assertThat(flags.find()).as("a line of flags").isTrue();
    command.addAll(List.of(flags.group(1).split(" ")));
    command.addAll(List.of("-cp", folder + System.getProperty("path.separator") + path, name));
    command.add(study.toString());
    Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(program.getInputStream().readAllBytes());
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).as(printed).isZero();
    return printed;
  }

  @Test
  void theFirstProgramFindsExamplesBehindAPrediction() throws Exception {
    assertThat(run("Guide", folder.resolve("s")))
        .containsPattern("LDS Interval\\[value=0\\.\\d+")
        .contains("Neighbours[target=17, positive=[Neighbour[unit=");
  }

  @Test
  void theSecondPredictsWhatItsLearnerDoes() throws Exception {
    String printed = run("InMemory", folder.resolve("s"));
    double predicted = Double.parseDouble(printed.replaceAll("(?s).*half: (\\S+).*", "$1"));
    assertThat(predicted).isBetween(-1.5, 1.5);
    Study study = Study.open(folder.resolve("s"));
    try (Workers workers = Workers.threads(1)) {
      assertThatThrownBy(() -> Pool.of(study).train(700, workers))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("learner 'sides'")
          .hasMessageContaining("hands it over");
      HandedOver.of(
          "sides",
          (subset, targets, key) -> new float[][] {new float[targets.getFirst().rows() + 1]});
      assertThatThrownBy(() -> Pool.of(study).train(700, workers))
          .hasMessageContaining("expected 5 targets of 1 outputs, found 6 numbers");
    }
  }

  @Test
  void aConfigurationIsChangedPartByPart() {
    StudyConfig config = StudyConfig.DEFAULT.seed(3).learner("mlp").alpha(0.2).outputs("margin");
    assertThat(config.repeats(7, 2).seed()).isEqualTo(3);
    assertThat(config.design().alpha()).isEqualTo(0.2);
    assertThat(config.learner("softmax").learner().name()).isEqualTo("softmax");
    assertThat(config.outputs()).containsExactly("margin");
  }
}
