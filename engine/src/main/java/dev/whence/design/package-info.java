/**
 * Designs: pure functions from (seed, row) to a mask, and the random numbers that everything draws
 * from.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.design;
