package dev.whence.store;

import dev.whence.base.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lock of a study, held by the one process that writes to the study; the operating system releases
 * the lock when the process dies.
 */
final class StudyLock implements AutoCloseable {

  /**
   * Holder of each study that this process has locked, by the study's folder. A system lock belongs
   * to the process and is released when any channel of the file is closed, so a file that this
   * process has locked is not opened again.
   */
  private static final Map<Path, String> HOLDERS = new ConcurrentHashMap<>();

  private final Path study;
  private final FileChannel channel;

  private StudyLock(Path study, FileChannel channel) {
    this.study = study;
    this.channel = channel;
  }

  static StudyLock acquire(Path folder, String holder) throws IOException {
    Path study = folder.toRealPath();
    String other = HOLDERS.putIfAbsent(study, holder);
    if (other != null) {
      throw refusal(folder, other);
    }
    try {
      return lock(folder, study, holder);
    } catch (IOException | RuntimeException | Error e) {
      HOLDERS.remove(study);
      throw e;
    }
  }

  private static StudyLock lock(Path folder, Path study, String holder) throws IOException {
    Path file = study.resolve("study.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw refusal(folder, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)));
      return new StudyLock(study, channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static BadInputException refusal(Path folder, String holder) {
    return BadInputException.at(
        folder, "a study that no other process writes to", holder.isEmpty() ? "one" : holder);
  }

  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
    } catch (IOException e) {
      // The system releases the lock with the process; a stale name in the file misleads nobody.
    } finally {
      HOLDERS.remove(study);
    }
  }
}
