package dev.whence.linalg.dense;

/** Puts indices into a form that costs vector kernels fewer instructions. */
final class Indices {

  private Indices() {}

  /**
   * Returns the low 30 bits of {@code index}, so that the compiler knows: index plus the lanes of
   * one vector cannot overflow. An access is then one instruction, not three; the other two, an
   * addition and an extension to 64 bits, limit the kernels' speed.
   *
   * @param index at least 0 and below 2³⁰; any other index comes back changed
   */
  static int plain(int index) {
    return index & 0x3FFF_FFFF;
  }
}
