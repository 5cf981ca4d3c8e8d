package dev.whence.app.terminal;

/** Says, when Ctrl-C ends a long command, that nothing is lost but the chunk in flight. */
public final class Interruption implements AutoCloseable {

  private final Thread hook;

  public Interruption(String resume) {
    hook =
        new Thread(
            () -> System.err.println("\nwhence: stopped; go on with: " + resume), "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
