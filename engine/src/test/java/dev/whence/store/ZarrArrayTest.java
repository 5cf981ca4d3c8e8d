package dev.whence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZarrArrayTest {

  @TempDir Path folder;

  private ZarrArray array() throws IOException {
    ZarrArray array =
        ZarrArray.create(
            folder,
            DType.FLOAT32,
            new long[] {5, 3},
            2,
            Map.of("unit", "margin"),
            List.of("run", "target"));
    for (int c = 0; c < 3; c++) {
      ByteBuffer chunk = array.newChunk(array.rowsOf(c));
      for (int i = 0; i < array.rowsOf(c) * 3; i++) {
        chunk.putFloat(c * 10 + i);
      }
      array.write(c, chunk);
    }
    return array;
  }

  @Test
  void readsWhatItWrote() throws IOException {
    array();
    ZarrArray array = ZarrArray.open(folder);
    assertThat(array.shape()).containsExactly(5, 3);
    assertThat(array.attributes()).containsEntry("unit", "margin");
    assertThat(array.readFloats())
        .containsExactly(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22);
  }

  @Test
  void everyFlippedByteIsFoundAndNamed() throws IOException {
    ZarrArray array = array();
    Path file = array.file(1);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      Files.write(file, flipped);
      assertThatThrownBy(array::readFloats)
          .isInstanceOf(CorruptStudyException.class)
          .hasMessageStartingWith(file + ": expected checksum");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(array::readFloats).hasMessageContaining("expected 28 bytes, found 27 bytes");
  }

  @Test
  void missingChunksAreNamed() throws IOException {
    ZarrArray array = array();
    Files.delete(array.file(2));
    assertThat(array.read(2)).isNull();
    assertThatThrownBy(array::readFloats)
        .hasMessageStartingWith(array.file(2) + ": expected a chunk");
  }

  @Test
  void paddingBeyondTheLastRowIsFill() throws IOException {
    ByteBuffer last = array().require(2);
    assertThat(last.getFloat(3 * 4)).isNaN();
  }
}
