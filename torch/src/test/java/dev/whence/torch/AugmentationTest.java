package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.learn.ImageShape;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.rng.core.source64.Philox4x64;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static final ImageShape ROW = new ImageShape(1, 5, 1);
  private static final float[] X = {9, 1, 2, 3, 4, 5};

  private static float[] copied(int right, boolean mirrored) {
    float[] batch = new float[5];
    new Augmentation(ROW, 0, false, 0).copy(X, 1, batch, 0, 0, right, mirrored);
    return batch;
  }

  /** numpy.pad(mode="reflect"), then a crop. */
  @Test
  void movesReflectTheEdge() {
    assertThat(copied(0, false)).containsExactly(1, 2, 3, 4, 5);
    assertThat(copied(2, false)).containsExactly(3, 4, 5, 4, 3);
    assertThat(copied(-2, false)).containsExactly(3, 2, 1, 2, 3);
    assertThat(copied(0, true)).containsExactly(5, 4, 3, 2, 1);
    assertThat(copied(1, true)).containsExactly(4, 3, 2, 1, 2);
  }

  @Test
  void everyMoveMirrorAndBlankIsDrawnAndNothingElse() {
    ImageShape image = new ImageShape(4, 4, 2);
    float[] x = new float[32];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
    }
    Augmentation augmentation = new Augmentation(image, 1, true, 2);
    Philox4x64 random = new Philox4x64(new long[] {4});
    Set<String> moves = new HashSet<>();
    Set<Integer> blanks = new HashSet<>();
    for (int draw = 0; draw < 2000; draw++) {
      float[] batch = new float[32];
      augmentation.copy(x, 0, batch, 0, random);
      int zeros = 0;
      int first = -1;
      for (int i = 0; i < 32; i++) {
        if (batch[i] == 0) {
          first = zeros++ == 0 ? i : first;
        } else {
          assertThat(batch[i]).isEqualTo(Math.round(batch[i])).isBetween(1f, 32f);
          assertThat((int) batch[i] % 2).as("channel").isEqualTo((i + 1) % 2);
        }
      }
      assertThat(zeros).isEqualTo(8);
      blanks.add(first);
      moves.add(batch[0] + " " + batch[30] + " " + batch[6] + " " + batch[24]);
    }
    assertThat(blanks).hasSize(9);
    assertThat(moves.size()).isGreaterThan(9);
  }
}
