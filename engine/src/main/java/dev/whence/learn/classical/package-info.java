/**
 * Learners with a closed form or a convex objective: the same model from the same subset, always.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.learn.classical;
