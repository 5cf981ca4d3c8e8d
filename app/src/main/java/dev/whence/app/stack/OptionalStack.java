package dev.whence.app.stack;

import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Libraries too heavy to fetch before something asks for them: those that {@code
 * app/stacks/NAME/pom.xml} lists, or a module of Whence with what it depends on. The Maven wrapper
 * fetches and builds them once.
 */
public final class OptionalStack {

  /** Loaders of modules: a second one would load their native libraries again. */
  private static final Map<String, ClassLoader> MODULES = new HashMap<>();

  private OptionalStack() {}

  /**
   * Returns a new object of {@code className} from the stack {@code name}, fetched with a remark if
   * it is not here yet.
   */
  public static <T> T load(String name, String what, Common common, Class<T> type, String className)
      throws IOException {
    Path home = home();
    Path jars = home.resolve("app/target/stacks").resolve(name);
    if (!Files.isDirectory(jars)) {
      common.remark("fetching %s, once …", what);
      fetch(home, name, jars);
    }
    try {
      return type.cast(
          Class.forName(className, true, loader(jars)).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IOException("stack %s: cannot load %s".formatted(name, className), e);
    }
  }

  /**
   * Returns the classes of module {@code name}, built with a remark if it was not since it or
   * Whence was changed.
   */
  static synchronized ClassLoader module(String name, String what) throws IOException {
    ClassLoader known = MODULES.get(name);
    if (known != null) {
      return known;
    }
    Path home = home();
    Path target = home.resolve(name).resolve("target");
    Path complete = target.resolve("complete");
    try (FileChannel lock =
            FileChannel.open(
                home.resolve("app/target").resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (!Files.exists(complete) || changed(home, name, complete)) {
        new Common().remark("fetching %s, once …", what);
        Folders.delete(target.resolve("lib"));
        maven(home, name, "-B", "-Dquick", "-D" + name, "-pl", name, "-am", "package");
        Files.writeString(complete, "");
      }
    }
    ClassLoader loader = loader(target.resolve("lib"), target.resolve("whence-" + name + ".jar"));
    MODULES.put(name, loader);
    return loader;
  }

  /** Returns whether Whence, or a source of the module, is newer than {@code complete}. */
  private static boolean changed(Path home, String name, Path complete) throws IOException {
    FileTime built = Files.getLastModifiedTime(complete);
    List<Path> sources =
        new ArrayList<>(
            List.of(home.resolve("app/target/whence.jar"), home.resolve(name).resolve("pom.xml")));
    try (Stream<Path> files = Files.walk(home.resolve(name).resolve("src/main"))) {
      files.forEach(sources::add);
    }
    for (Path source : sources) {
      if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the folder that Whence was started from. */
  public static Path home() {
    String home = System.getProperty("whence.home");
    if (home == null) {
      throw BadInputException.at(
          "whence.home", "the folder of Whence (./whence sets it)", "nothing");
    }
    return Path.of(home);
  }

  private static void fetch(Path home, String name, Path jars) throws IOException {
    Path fetched = jars.resolveSibling(name + ".partial");
    maven(
        home,
        name,
        "-f",
        home.resolve("app/stacks").resolve(name).resolve("pom.xml").toString(),
        "dependency:copy-dependencies",
        "-DoutputDirectory=" + fetched);
    Files.move(fetched, jars);
  }

  private static void maven(Path home, String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("mvnw").toString(), "-q"));
    command.addAll(List.of(arguments));
    Process maven =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.to(
                    home.resolve("app/target").resolve(name + ".log").toFile()))
            .start();
    try {
      if (maven.waitFor() != 0) {
        throw new IOException(
            "stack %s: could not be fetched (app/target/%s.log says why)".formatted(name, name));
      }
    } catch (InterruptedException e) {
      maven.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("stack %s: interrupted".formatted(name), e);
    }
  }

  /** Returns a loader of the jars in {@code folder} and {@code more}; it lives as long as we do. */
  private static URLClassLoader loader(Path folder, Path... more) throws IOException {
    List<Path> jars = new ArrayList<>(List.of(more));
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(f -> f.toString().endsWith(".jar")).forEach(jars::add);
    }
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return new URLClassLoader(urls, OptionalStack.class.getClassLoader());
  }
}
