package dev.whence.linalg.dense;

/** How the vector kernels write indices. */
final class Indices {

  private Indices() {}

  /**
   * Returns an index as it is, and lets the compiler know that adding some lanes to it cannot
   * overflow: an access is then one instruction. Without, each index of a vector is added up and
   * extended to 64 bits by two more, and these bound the kernels' speed.
   *
   * @param index at least 0 and below 2³⁰
   */
  static int plain(int index) {
    return index & 0x3FFF_FFFF;
  }
}
