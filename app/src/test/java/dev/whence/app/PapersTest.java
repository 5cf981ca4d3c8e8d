package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/papers.md names commands and options that there are. */
class PapersTest {

  private static final Pattern COMMAND = Pattern.compile("`whence ([a-z-]+)`(?: \\(([^)]*)\\))?");
  private static final Pattern REPRODUCE = Pattern.compile("`whence reproduce ([a-z0-9-]+)`");
  private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

  @Test
  void commandsAndOptionsExist() throws IOException {
    String page = Files.readString(Path.of("..").resolve("docs/papers.md"));
    List<MatchResult> found = COMMAND.matcher(page).results().toList();
    assertThat(found).hasSizeGreaterThan(20);
    for (MatchResult command : found) {
      CommandLine line = Main.commandLine().getSubcommands().get(command.group(1));
      assertThat(line).as(command.group()).isNotNull();
      if (command.group(2) != null) {
        OPTION
            .matcher(command.group(2))
            .results()
            .forEach(
                option ->
                    assertThat(line.getCommandSpec().findOption(option.group()))
                        .as("%s %s", command.group(1), option.group())
                        .isNotNull());
      }
    }
    List<String> reproduced =
        REPRODUCE.matcher(page).results().map(m -> m.group(1)).distinct().toList();
    reproduced.forEach(Reproduction::of); // refuses names that there are not
    assertThat(reproduced)
        .containsExactlyInAnyOrder(
            Arrays.stream(Reproduction.values()).map(Reproduction::label).toArray(String[]::new));
    assertThat(page.lines().filter(l -> l.startsWith("| ")).map(l -> l.split("\\|", -1).length))
        .allMatch(columns -> columns == 8);
  }
}
