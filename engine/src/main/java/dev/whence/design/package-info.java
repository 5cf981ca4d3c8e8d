/** Designs: pure functions from (seed, purpose, row) to a mask. */
@org.jspecify.annotations.NullMarked
package dev.whence.design;
