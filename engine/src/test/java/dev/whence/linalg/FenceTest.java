package dev.whence.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.Strips;
import org.junit.jupiter.api.Test;

/** Every kernel says what it expected where an argument is too short. */
class FenceTest {

  @Test
  void testsRunWithAssertions() {
    boolean on = false;
    assert on = true;
    assertThat(on).isTrue();
  }

  @Test
  void denseKernelsLook() {
    Strips w = Strips.zeros(4, 20);
    Rows x = Rows.dense(new float[8], 4, 2);
    for (DenseKernels kernels : DenseKernels.available()) {
      kernels.affine(x, w, new float[32], new float[64], 32);
      assertThatThrownBy(() -> kernels.affine(x, w, new float[31], new float[64], 32))
          .hasMessage("expected bias of at least 32, found 31");
      assertThatThrownBy(() -> kernels.affine(x, w, new float[32], new float[63], 32))
          .hasMessage("expected z of at least 64, found 63");
      Rows beyond = Rows.dense(new float[7], 4, 2);
      assertThatThrownBy(() -> kernels.affine(beyond, w, new float[32], new float[64], 32))
          .hasMessageContaining("row 4 … 8 within 0 … 7");
      assertThatThrownBy(() -> kernels.exp(new float[3], 1, 3)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void countKernelsLook() {
    BitColumns.Builder builder = new BitColumns.Builder(70);
    for (int i = 0; i < 5; i++) {
      builder.add(new byte[9], 0);
    }
    BitColumns x = builder.build();
    for (CountKernels kernels :
        new CountKernels[] {
          CountKernels.counts(Double.POSITIVE_INFINITY),
          CountKernels.counts(1e15),
          CountKernels.sums(1)
        }) {
      kernels.gram(x, 1, 0, 70, new int[70 * 64]);
      assertThatThrownBy(() -> kernels.gram(x, 2, 0, 70, new int[70 * 64]))
          .hasMessageContaining("tile 2 … 3 within 0 … 2");
      assertThatThrownBy(() -> kernels.gram(x, 1, 0, 70, new int[70 * 64 - 1]))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> kernels.sum(x, 0, new int[16 * 65], 65, 0, 70, new long[70 * 16]))
          .hasMessageContaining("words 0 … 2 within 0 … 1");
      int[] large = new int[5 * 16];
      large[7] = CountKernels.LARGEST + 1;
      assertThatThrownBy(() -> kernels.sum(x, 0, large, 5, 0, 70, new long[70 * 16]))
          .hasMessageContaining("found 8388608");
      assertThatThrownBy(
              () -> kernels.weigh(new long[70], new int[] {70}, new double[1], new double[64]))
          .hasMessageContaining("column 70 … 71 within 0 … 70");
    }
  }
}
