package dev.whence.learn.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process has started, also where a process in between has ended. */
final class Descendants {

  private Descendants() {}

  /**
   * Returns the processes that {@code process} has started, and those that they have, as far as the
   * system tells: its children, and where /proc shows environments all that inherited a mark.
   *
   * @param name of the environment variable that marks them
   */
  static Set<ProcessHandle> of(Process process, String name, String value) {
    Set<ProcessHandle> all = process.descendants().collect(Collectors.toCollection(HashSet::new));
    if (Files.isReadable(Path.of("/proc/self/environ"))) {
      byte[] mark = (name + "=" + value).getBytes(StandardCharsets.UTF_8);
      ProcessHandle.allProcesses()
          .filter(other -> other.pid() != process.pid() && isMarked(other.pid(), mark))
          .forEach(all::add);
    }
    return all;
  }

  private static boolean isMarked(long pid, byte[] mark) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc/%d/environ".formatted(pid)));
      for (int from = 0, to = 0; to < environment.length; from = ++to) {
        while (to < environment.length && environment[to] != 0) {
          to++;
        }
        if (Arrays.equals(environment, from, to, mark, 0, mark.length)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // it has ended, or is another user's
    }
  }
}
