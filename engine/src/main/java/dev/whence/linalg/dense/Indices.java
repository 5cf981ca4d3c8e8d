package dev.whence.linalg.dense;

/** Indices in the form that vector kernels use. */
final class Indices {

  private Indices() {}

  /**
   * Returns {@code index}, and lets the compiler know that adding some lanes to it cannot overflow:
   * an access is then one instruction. Otherwise each access costs two more instructions, an
   * addition and an extension of the index to 64 bits, and these limit the kernels' speed.
   *
   * @param index at least 0 and below 2³⁰
   */
  static int plain(int index) {
    return index & 0x3FFF_FFFF;
  }
}
