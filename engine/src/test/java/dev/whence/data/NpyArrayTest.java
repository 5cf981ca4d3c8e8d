package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NpyArrayTest {

  @ParameterizedTest
  @EnumSource(DType.class)
  void readsWhatItWrites(DType dtype) {
    byte[] header = NpyWriter.header(dtype, 2, 3);
    assertThat(header.length % 64).isZero();
    byte[] file = Arrays.copyOf(header, header.length + 6 * dtype.bytes());
    MemorySegment body = MemorySegment.ofArray(file).asSlice(header.length);
    for (int i = 0; i < 6; i++) {
      dtype.set(body, i, i % 2);
    }
    NpyArray array = NpyArray.parse("test", MemorySegment.ofArray(file));
    assertThat(array.dtype()).isEqualTo(dtype);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.get(1, 0)).isEqualTo(1);
    assertThat(array.get(1, 1)).isZero();
  }

  @Test
  void readsFortranOrder() {
    String text = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2, 2), }";
    byte[] file = file(text, 32);
    MemorySegment body = MemorySegment.ofArray(file).asSlice(file.length - 32);
    for (int i = 0; i < 8; i++) {
      DType.FLOAT32.set(body, i, i); // element (a, b, c) is a + 2b + 4c
    }
    NpyArray array = NpyArray.parse("test", MemorySegment.ofArray(file));
    assertThat(array.toFloats()).containsExactly(0, 4, 2, 6, 1, 5, 3, 7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,), } ; 16 ; object array",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), } ; 8 ; little-endian",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), } ; 8 ; 'descr'",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } ; 8 ; expected 12 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } ; 8 ; expected 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), } ; 8 ; whole numbers",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), } ; 8 ; fits",
        "{'descr': '<f4', 'fortran_order': False, } ; 8 ; 'shape'",
      })
  void refusesHeadersThatLie(String header, int bytes, String expected) {
    byte[] file = file(header, bytes);
    assertThatThrownBy(() -> NpyArray.parse("x.npy", MemorySegment.ofArray(file)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("x.npy: expected")
        .hasMessageContaining(expected);
  }

  @Test
  void refusesOtherBytesAndCutHeaders() {
    byte[] whole = NpyWriter.header(DType.FLOAT32, 1);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> NpyArray.parse("x.npy", MemorySegment.ofArray(cut)))
          .isInstanceOf(BadInputException.class);
    }
    assertThatThrownBy(() -> NpyArray.parse("x.npy", MemorySegment.ofArray(new byte[100])))
        .hasMessageContaining("magic");
  }

  private static byte[] file(String header, int bytes) {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[10 + text.length + bytes];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
    System.arraycopy(magic, 0, file, 0, 10);
    System.arraycopy(text, 0, file, 10, text.length);
    return file;
  }
}
