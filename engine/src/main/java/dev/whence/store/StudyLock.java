package dev.whence.store;

import dev.whence.base.Api;
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
 * Held by the one process that writes to a part of a study, such as a pool or the scores of a name;
 * the operating system releases the lock when the process dies.
 */
@Api
public final class StudyLock implements AutoCloseable {

  /**
   * Holder in this process of each locked file. The system's locks belong to the process and go
   * when any channel of the file is closed, so a locked file must not be opened again.
   */
  private static final Map<Path, String> HOLDERS = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;

  private StudyLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static StudyLock acquire(Path study, String part, String purpose) throws IOException {
    Path folder = Files.createDirectories(study.resolve("locks")).toRealPath();
    Path file = folder.resolve(part.replace('/', '-') + ".lock");
    String holder = "process %d (%s)".formatted(ProcessHandle.current().pid(), purpose);
    String other = HOLDERS.putIfAbsent(file, holder);
    if (other != null) {
      throw refusal(study, part, other);
    }
    try {
      return lock(study, part, file, holder);
    } catch (IOException | RuntimeException | Error e) {
      HOLDERS.remove(file);
      throw e;
    }
  }

  private static StudyLock lock(Path study, String part, Path file, String holder)
      throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw refusal(study, part, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)));
      return new StudyLock(file, channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static BadInputException refusal(Path study, String part, String holder) {
    return BadInputException.at(
        study,
        "that no other process writes to %s".formatted(part),
        holder.isEmpty() ? "one that does" : holder);
  }

  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
    } catch (IOException e) {
      // The system releases the lock with the process; a stale name in the file misleads nobody.
    } finally {
      HOLDERS.remove(file);
    }
  }
}
