package dev.whence.linalg.count;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Types of the widest vectors, 512 bits where the machine has them, else 256, and of vectors of
 * half and of a quarter of this width.
 */
final class Widest {

  /** Whether the widest vectors have 512 bits; else they have 256. */
  static final boolean BITS_512 = LongVector.SPECIES_PREFERRED.vectorBitSize() >= 512;

  static final VectorSpecies<Byte> BYTES =
      BITS_512 ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;
  static final VectorSpecies<Byte> HALF_BYTES =
      BITS_512 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
  static final VectorSpecies<Short> SHORTS =
      BITS_512 ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;
  static final VectorSpecies<Short> HALF_SHORTS =
      BITS_512 ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
  static final VectorSpecies<Short> QUARTER_SHORTS =
      BITS_512 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
  static final VectorSpecies<Integer> INTS =
      BITS_512 ? IntVector.SPECIES_512 : IntVector.SPECIES_256;
  static final VectorSpecies<Integer> HALF_INTS =
      BITS_512 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
  static final VectorSpecies<Long> LONGS =
      BITS_512 ? LongVector.SPECIES_512 : LongVector.SPECIES_256;
  static final VectorSpecies<Float> FLOATS =
      BITS_512 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_256;
  static final VectorSpecies<Double> DOUBLES =
      BITS_512 ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_256;

  private Widest() {}
}
