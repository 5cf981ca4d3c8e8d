package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * IDX files of unsigned bytes, as MNIST and its relatives are published: two zero bytes, the type
 * 0x08, the rank, one big-endian int a dimension, then the values in row-major order.
 */
final class Idx {

  private Idx() {}

  /** The shape and values of an IDX file. */
  record Array(int[] shape, byte[] values) {}

  static Dataset dataset(Path images, Path labels, java.util.List<String> classNames) {
    return dataset(read(images), images, read(labels), labels, classNames);
  }

  static Dataset dataset(
      Array images, Path imagesFile, Array labels, Path labelsFile, java.util.List<String> names) {
    if (images.shape.length < 2) {
      throw BadInputException.at(imagesFile, "at least 2 dimensions", images.shape.length);
    }
    if (labels.shape.length != 1) {
      throw BadInputException.at(labelsFile, "1 dimension", labels.shape.length);
    }
    if (labels.shape[0] != images.shape[0]) {
      throw BadInputException.at(
          labelsFile, "%d labels, one an image".formatted(images.shape[0]), labels.shape[0]);
    }
    int[] classes = new int[labels.values.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels.values[i] & 0xff;
      if (!names.isEmpty() && classes[i] >= names.size()) {
        throw BadInputException.at(
            labelsFile + ", label " + i, "a class in 0…" + (names.size() - 1), classes[i]);
      }
    }
    int[] shape = Arrays.copyOfRange(images.shape, 1, images.shape.length);
    return new Dataset(
        new Features(images.shape[0], shape, unsigned(images.values), true),
        names.isEmpty() ? Labels.Classes.numbered(classes) : new Labels.Classes(classes, names));
  }

  static Array read(Path file) {
    return InputFiles.read(file, in -> read(file, in));
  }

  static Array read(Path file, InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int magic = data.readInt();
    int rank = magic & 0xff;
    if (magic >>> 8 != 0x08 || rank == 0 || rank > 4) {
      throw BadInputException.at(
          file, "the IDX magic number 0x0000080r of unsigned bytes", "0x%08x".formatted(magic));
    }
    int[] shape = new int[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      shape[i] = data.readInt();
      if (shape[i] < 1) {
        throw BadInputException.at(file, "dimensions of at least 1", shape[i]);
      }
      size = Math.multiplyExact(size, (long) shape[i]);
    }
    byte[] values = InputFiles.readExactly(file, data, size, "values");
    if (data.read() >= 0) {
      throw BadInputException.at(file, size + " values as its header says", "more");
    }
    return new Array(shape, values);
  }

  static float[] unsigned(byte[] bytes) {
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return values;
  }
}
