package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {

  @TempDir Path folder;

  @Test
  void bundledDataIsBalanced() {
    Split split = DatasetReader.bundled();
    assertThat(split.train().rows()).isEqualTo(2000);
    assertThat(split.train().features().shape()).containsExactly(28, 28);
    int[] counts = new int[10];
    Arrays.stream(((Labels.Classes) split.train().labels()).values()).forEach(c -> counts[c]++);
    assertThat(counts).containsOnly(200);
    assertThat(Fingerprint.of(split))
        .isEqualTo("b3d348a0daad0b2866ce6f80140ffd219619d1df23b4f5a133bb0fd31e2dc7bb");
  }

  @Test
  void readsIdxPackedAndPlain() throws IOException {
    write("train-images-idx3-ubyte", idx(3, new int[] {2, 1, 2}, 1, 2, 3, 255));
    write("train-labels-idx1-ubyte.gz", gzip(idx(1, new int[] {2}, 1, 0)));
    Split split = DatasetReader.read(folder);
    assertThat(split.train().features().values()).containsExactly(1, 2, 3, 255);
    assertThat(((Labels.Classes) split.train().labels()).values()).containsExactly(1, 0);
    assertThat(split.test()).isNull();
  }

  @Test
  void refusesBadIdx() throws IOException {
    write("train-labels-idx1-ubyte", idx(1, new int[] {2}, 1, 0));
    write("train-images-idx3-ubyte", idx(3, new int[] {2, 1, 2}, 1, 2, 3));
    refused("4 bytes of values", "3 (truncated file)");
    write("train-images-idx3-ubyte", idx(3, new int[] {2, 1, 2}, 1, 2, 3, 4, 5));
    refused("4 values as its header says", "more");
    byte[] wrong = idx(3, new int[] {2, 1, 2}, 1, 2, 3, 4);
    wrong[2] = 0x0d;
    write("train-images-idx3-ubyte", wrong);
    refused("magic number", "0x00000d03");
    write("train-images-idx3-ubyte", new byte[] {0, 0});
    refused("more data", "truncated");
    write("train-images-idx3-ubyte", idx(3, new int[] {1, 1, 2}, 1, 2));
    refused("1 labels, one an image", "2");
  }

  @Test
  void readsAndRefusesCifar() throws IOException {
    byte[] records = new byte[2 * 3073];
    records[0] = 7;
    records[3073] = 2;
    records[3074] = (byte) 200;
    write("data_batch_1.bin", records);
    write("test_batch.bin", Arrays.copyOf(records, 3073));
    for (int i = 2; i <= 5; i++) {
      refused("data_batch_1.bin to data_batch_5.bin", "no data_batch_%d.bin".formatted(i));
      write("data_batch_%d.bin".formatted(i), Arrays.copyOf(records, 3073));
    }
    Split split = DatasetReader.read(folder);
    assertThat(split.train().features().shape()).containsExactly(3, 32, 32);
    assertThat(split.train().features().values()[3072]).isEqualTo(200);
    assertThat(((Labels.Classes) split.train().labels()).values())
        .containsExactly(7, 2, 7, 7, 7, 7);
    write("data_batch_1.bin", Arrays.copyOf(records, 4000));
    refused("records of 3073 bytes", "4000 bytes");
    records[0] = 10;
    write("data_batch_1.bin", records);
    refused("a label in 0…9", "10");
  }

  @Test
  void readsCsvWithGroupsAndSplit() throws IOException {
    Path file =
        text("t.csv", "a,group,b,label,split\n1,x,2,cat,train\n3,y,4,dog,train\n5,x,6,cat,test\n");
    Split split = DatasetReader.read(file);
    assertThat(split.train().features().values()).containsExactly(1, 2, 3, 4);
    assertThat(split.train().metadata().groups()).containsExactly("x", "y");
    assertThat(((Labels.Classes) split.train().labels()).names()).containsExactly("cat", "dog");
    assertThat(split.test().labels().text(0)).isEqualTo("cat");
  }

  @Test
  void readsRealLabels() throws IOException {
    Split split = DatasetReader.read(text("t.csv", "a,y\n1,0.5\n2,3\n"));
    assertThat(((Labels.Reals) split.train().labels()).values()).containsExactly(0.5f, 3f);
  }

  @Test
  void numbersThatAreTheSameAreOneClass() throws IOException {
    ReadOptions classes = new ReadOptions(null, null, null, "classification", null, null, null);
    Path file = text("t.csv", "a,y\n1,01\n2,1\n3,1.0\n4,+1\n5,0\n");
    Labels labels = DatasetReader.read(file.toString(), classes, told -> {}).train().labels();
    assertThat(((Labels.Classes) labels).values()).containsExactly(1, 1, 1, 1, 0);
  }

  @Test
  void tellsOfClassesThatNoModelCanLearn() throws IOException {
    Path file =
        text(
            "t.csv",
            "a,y,split\n1,cat,train\n2,dog,train\n3,cat,train\n4,emu,test\n5,cat,test\n6,dog,train\n");
    List<String> told = new ArrayList<>();
    DatasetReader.read(file.toString(), ReadOptions.NONE, told::add);
    assertThat(told)
        .anyMatch(line -> line.contains("of the test set alone") && line.endsWith("emu"));
  }

  @Test
  void refusesLabelsThatAreMissing() throws IOException {
    refused(text("t.csv", "a,y\n1,cat\n2,NA\n3,cat\n4,NA\n"), "line 3, column 'y'", "'NA'");
  }

  @Test
  void tellsThatFewWholeLabelsAreNumbers() throws IOException {
    List<String> told = new ArrayList<>();
    Path file = text("t.csv", "a,y\n1,1.0\n2,0.0\n3,1.0\n4,0.0\n");
    DatasetReader.read(file.toString(), ReadOptions.NONE, told::add);
    assertThat(told).anyMatch(line -> line.contains("are taken for real numbers"));
  }

  @Test
  void tellsThatCoordinatesAreNone() throws IOException {
    List<String> told = new ArrayList<>();
    Path file = text("t.csv", "x,y,cls\n1,0,1.5\n2,1,2.5\n3,0,3.5\n4,1,4.5\n");
    DatasetReader.read(file.toString(), ReadOptions.NONE, told::add);
    assertThat(told).anyMatch(line -> line.contains("'y' is taken for the label"));
  }

  @Test
  void readsTablesOfManyColumns() throws IOException {
    int columns = 20_000;
    StringBuilder csv = new StringBuilder("f0");
    for (int j = 1; j < columns; j++) {
      csv.append(",f").append(j);
    }
    csv.append(",label\n");
    for (int i = 0; i < 4; i++) {
      csv.append("1,".repeat(columns)).append(i % 2).append('\n');
    }
    Split split = DatasetReader.read(text("t.csv", csv.toString()));
    assertThat(split.train().features().shape()).containsExactly(columns);
  }

  @Test
  void refusesCutArchives() throws IOException {
    Path file = folder.resolve("d.npz");
    byte[] x = npy(DType.FLOAT32, new long[] {4, 1}, 1, 2, 3, 4);
    byte[] y = npy(DType.INT64, new long[] {4}, 1, 0, 1, 0);
    npz(file, "x_train", x, "y_train", y, "x_test", x, "y_test", y);
    byte[] whole = Files.readAllBytes(file);
    for (int cut = 1; cut < whole.length; cut += 7) {
      Files.write(file, Arrays.copyOf(whole, whole.length - cut));
      refused(file, ".npz", "");
    }
    npz(file, "x", x, "X", x, "y", y);
    refused(file, "one array 'x'", "two");
  }

  @Test
  void refusesTextInAnotherEncoding() throws IOException {
    write("t.csv", "a,y\n1,0\n2,1\n".getBytes(StandardCharsets.UTF_16LE));
    refused(folder.resolve("t.csv"), "--encoding", "bytes 0");
  }

  @Test
  void foldersOfImagesMayBeCapital() throws IOException {
    image("Train/cat/a.png", 4, 3);
    image("Train/dog/b.png", 4, 3);
    image("Test/cat/c.png", 4, 3);
    Split split = DatasetReader.read(folder);
    assertThat(split.train().rows()).isEqualTo(2);
    assertThat(split.test().rows()).isEqualTo(1);
  }

  @Test
  void refusesBadCsv() throws IOException {
    refused(text("t.csv", "a,y\n1,0\n2\n"), "line 3: expected 2 fields", "1");
    refused(text("t.csv", "a,y\n1,0\nx,1\n"), "line 3, column 'a': expected a number", "'x'");
    refused(text("t.csv", "a,y\n1,0\nNaN,1\n"), "line 3, column 'a': expected a number", "'NaN'");
    refused(text("t.csv", "a,y\n"), "at least one row", "1 lines");
    refused(text("t.csv", "y\n1\n2\n"), "at least one feature column", "none");
  }

  @Test
  void readsAndRefusesNpz() throws IOException {
    Path file = folder.resolve("d.npz");
    npz(
        file,
        "x",
        npy(DType.FLOAT32, new long[] {2, 2}, 1, 2, 3, 4),
        "y",
        npy(DType.INT64, new long[] {2}, 1, 0));
    assertThat(DatasetReader.read(file).train().features().values()).containsExactly(1, 2, 3, 4);
    npz(
        file,
        "x",
        npy(DType.FLOAT32, new long[] {2, 2}, 1, 2, Double.NaN, 4),
        "y",
        npy(DType.INT64, new long[] {2}, 1, 0));
    refused(file, "a finite number", "NaN");
    npz(
        file,
        "x",
        npy(DType.FLOAT32, new long[] {2, 2}, 1, 2, 3, 4),
        "y",
        npy(DType.INT64, new long[] {3}, 1, 0, 0));
    refused(file, "2 labels, one an example", "(3)");
    Files.write(file, new byte[] {1, 2, 3});
    refused(file, ".npz", "zip");
  }

  @Test
  void readsAndRefusesImages() throws IOException {
    image("cat/a.png", 4, 3);
    image("dog/b.png", 4, 3);
    Split split = DatasetReader.read(folder);
    assertThat(split.train().features().shape()).containsExactly(3, 3, 4);
    assertThat(split.train().metadata().names()).containsExactly("cat/a.png", "dog/b.png");
    image("dog/c.png", 5, 3);
    refused("4 × 3 pixels", "5 × 3");
    Files.write(folder.resolve("dog/c.png"), new byte[] {1});
    refused("a whole PNG, JPEG, GIF, BMP, TIFF or lossless WebP image", "other content");
  }

  @Test
  void readsAndRefusesMetadata() throws IOException {
    write("train-images-idx3-ubyte", idx(3, new int[] {2, 1, 2}, 1, 2, 3, 255));
    write("train-labels-idx1-ubyte", idx(1, new int[] {2}, 1, 0));
    text("train.metadata.csv", "name,group,x,y\nu,g,1,2\nv,h,3,4\n");
    Metadata metadata = DatasetReader.read(folder).train().metadata();
    assertThat(metadata.names()).containsExactly("u", "v");
    assertThat(metadata.coordinates().get(1)).containsExactly(3, 4);
    text("train.metadata.csv", "name,group\nu,g\n");
    refused("2 rows, one an example", "1");
  }

  @Test
  void refusesWhatIsNoDataset() throws IOException {
    refused(folder.resolve("absent"), "a dataset", "nothing there");
    refused("train-images-idx3-ubyte(.gz)", "none of them");
    refused(text("x.txt", "hello"), ".npz, .csv", "x.txt");
  }

  private void refused(String expected, String found) {
    refused(folder, expected, found);
  }

  private static void refused(Path path, String expected, String found) {
    assertThatThrownBy(() -> DatasetReader.read(path))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected")
        .hasMessageContaining(expected)
        .hasMessageContaining(found)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static byte[] idx(int rank, int[] shape, int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * rank + values.length).putInt(0x0800 + rank);
    Arrays.stream(shape).forEach(buffer::putInt);
    Arrays.stream(values).forEach(v -> buffer.put((byte) v));
    return buffer.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] npy(DType dtype, long[] shape, double... values) {
    byte[] header = NpyWriter.header(dtype, shape);
    byte[] file = Arrays.copyOf(header, header.length + values.length * dtype.bytes());
    for (int i = 0; i < values.length; i++) {
      dtype.set(MemorySegment.ofArray(file).asSlice(header.length), i, values[i]);
    }
    return file;
  }

  private static void npz(Path file, Object... members) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < members.length; i += 2) {
        zip.putNextEntry(new ZipEntry(members[i] + ".npy"));
        zip.write((byte[]) members[i + 1]);
        zip.closeEntry();
      }
    }
  }

  private void image(String name, int width, int height) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
