package dev.whence.learn.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the processes that a process has started, also through processes that have ended. */
final class Descendants {

  private Descendants() {}

  /**
   * Returns the descendants of {@code process} that the system reports: its children and theirs,
   * and where /proc shows environments every process that inherited a mark.
   *
   * @param name name of the environment variable that is the mark
   * @param value value of that variable
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
      return false; // the process has ended, or belongs to another user
    }
  }
}
