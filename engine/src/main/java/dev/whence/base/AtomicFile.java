package dev.whence.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes files that are complete or absent: a file is written under a temporary name, forced to
 * disk, then renamed.
 */
public final class AtomicFile {

  private static final String SUFFIX = ".partial";

  /** Called before every change of a file or folder; tests make this call end the program. */
  public static volatile Runnable beforeChange = () -> {};

  private AtomicFile() {}

  /** Writes the remaining bytes of {@code parts} to {@code file}, replacing it. */
  public static void write(Path file, ByteBuffer... parts) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(file + " has no folder");
    }
    Files.createDirectories(parent);
    Path temporary = file.resolveSibling(file.getFileName() + SUFFIX);
    beforeChange.run();
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        for (ByteBuffer part : parts) {
          while (part.hasRemaining()) {
            channel.write(part);
          }
        }
        channel.force(true);
      }
      beforeChange.run();
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    forceFolder(parent);
  }

  /** Deletes {@code file} if it exists. */
  public static void delete(Path file) throws IOException {
    beforeChange.run();
    Files.deleteIfExists(file);
  }

  /**
   * Deletes {@code folder} and its content, if it exists. The folder is renamed before anything in
   * it is deleted, so that at any moment it is complete or absent.
   */
  public static void deleteFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Path gone = folder.resolveSibling(folder.getFileName() + SUFFIX);
    Folders.delete(gone);
    beforeChange.run();
    Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(gone);
  }

  /**
   * Deletes the half-written files and half-deleted folders that killed processes left of a file or
   * in a folder, which need not exist.
   */
  public static void sweep(Path written) throws IOException {
    Folders.delete(written.resolveSibling(written.getFileName() + SUFFIX));
    if (!Files.isDirectory(written)) {
      return;
    }
    List<Path> partial;
    try (Stream<Path> files = Files.walk(written)) {
      partial = files.filter(f -> f.getFileName().toString().endsWith(SUFFIX)).toList();
    }
    for (Path left : partial) {
      Folders.delete(left);
    }
  }

  /**
   * Makes the rename itself durable. Where a folder cannot be opened (Windows) the system does
   * that.
   */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every file system lets a folder be opened or forced; the file itself is on disk.
    }
  }
}
