package dev.whence.learn;

import dev.whence.base.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** A network from a file that turns pictures into embeddings; used by one thread. */
public interface Backbone extends AutoCloseable {

  /**
   * Returns the embeddings of {@code n} pictures, [n, values]: the values of the network's output,
   * of any shape, in order.
   *
   * @param pictures [n, channels, height, width]
   */
  float[] apply(float[] pictures, int n, int channels, int height, int width);

  @Override
  void close();

  /** Opens the networks in files of one kind; found by {@link ServiceLoader}. */
  interface Factory {

    /** Returns the suffix of the names of such files, with the dot. */
    String suffix();

    /**
     * Opens the network in a file, or refuses a file of another kind.
     *
     * @param threads number of threads that a call of the network may use
     */
    Backbone open(Path file, int threads);
  }

  /**
   * Opens a network's file, chosen by its suffix; downloads the library that runs it on first use.
   */
  static Backbone open(Path file, int threads) {
    TreeSet<String> known = new TreeSet<>();
    ServiceLoader.load(Factory.class).forEach(factory -> known.add(factory.suffix()));
    OptionalLibraries.all().forEach(libraries -> known.addAll(libraries.backbones()));
    String suffix =
        known.stream()
            .filter(file.getFileName().toString()::endsWith)
            .findFirst()
            .orElseThrow(
                () -> BadInputException.at(file, "a file that ends with one of " + known, ""));
    if (!Files.isRegularFile(file)) {
      throw BadInputException.at(file, "a network", "nothing there");
    }
    return OptionalLibraries.find(
            Factory.class,
            factory -> factory.suffix().equals(suffix),
            libraries -> libraries.backbones().contains(suffix),
            suffix)
        .orElseThrow()
        .open(file, threads);
  }
}
