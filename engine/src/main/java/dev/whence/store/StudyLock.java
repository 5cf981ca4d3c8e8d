package dev.whence.store;

import dev.whence.data.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Held by the one process that writes to a study; the operating system releases it when the process
 * dies.
 */
final class StudyLock implements AutoCloseable {

  private final FileChannel channel;

  private StudyLock(FileChannel channel) {
    this.channel = channel;
  }

  static StudyLock acquire(Path study, String holder) throws IOException {
    Path file = study.resolve("study.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      String other = Files.readString(file).strip();
      throw BadInputException.at(
          study, "a study that no other process writes to", other.isEmpty() ? "one" : other);
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)));
    return new StudyLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
    } catch (IOException e) {
      // The system releases the lock with the process; a stale name in the file misleads nobody.
    }
  }
}
