package dev.whence.torch;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** LibTorch, told to use one thread a model and to leave memory to us. */
public final class Native {

  static {
    // Every tensor lives in a PointerScope: the garbage collector need not look for them.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    openblas.blas_set_num_threads(1);
  }

  private Native() {}

  /**
   * Makes the calling thread compute alone. LibTorch's own setting is one of each thread; its BLAS
   * has another, of the process.
   */
  public static void oneThread() {
    torch.set_num_threads(1);
  }
}
