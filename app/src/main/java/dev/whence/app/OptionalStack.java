package dev.whence.app;

import dev.whence.data.BadInputException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Libraries too heavy to fetch before something asks for them: {@code app/stacks/NAME/pom.xml}
 * lists them, the Maven wrapper fetches them once.
 */
final class OptionalStack {

  private OptionalStack() {}

  /**
   * Returns a new object of {@code className} from the stack {@code name}, fetched with a remark if
   * it is not here yet.
   */
  static <T> T load(String name, String what, Common common, Class<T> type, String className)
      throws IOException {
    Path home = home();
    Path jars = home.resolve("app/target/stacks").resolve(name);
    if (!Files.isDirectory(jars)) {
      common.remark("fetching %s, once …", what);
      fetch(home, name, jars);
    }
    try {
      @SuppressWarnings("resource") // lives as long as the process: its classes are in use
      URLClassLoader loader = new URLClassLoader(urls(jars), OptionalStack.class.getClassLoader());
      return type.cast(
          Class.forName(className, true, loader).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IOException("stack %s: cannot load %s".formatted(name, className), e);
    }
  }

  /** Returns the folder that Whence was started from. */
  static Path home() {
    String home = System.getProperty("whence.home");
    if (home == null) {
      throw BadInputException.at(
          "whence.home", "the folder of Whence (./whence sets it)", "nothing");
    }
    return Path.of(home);
  }

  private static void fetch(Path home, String name, Path jars) throws IOException {
    Path fetched = jars.resolveSibling(name + ".partial");
    Process maven =
        new ProcessBuilder(
                home.resolve("mvnw").toString(),
                "-q",
                "-f",
                home.resolve("app/stacks").resolve(name).resolve("pom.xml").toString(),
                "dependency:copy-dependencies",
                "-DoutputDirectory=" + fetched)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.to(
                    home.resolve("app/target").resolve(name + ".log").toFile()))
            .start();
    try {
      if (maven.waitFor() != 0) {
        throw new IOException(
            "stack %s: could not be fetched (target/%s.log says why)".formatted(name, name));
      }
    } catch (InterruptedException e) {
      maven.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("stack %s: interrupted".formatted(name), e);
    }
    Files.move(fetched, jars);
  }

  private static URL[] urls(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
      return urls;
    } catch (MalformedURLException e) {
      throw new IOException(e);
    }
  }
}
