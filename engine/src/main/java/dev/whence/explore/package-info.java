/**
 * Views of scores: the units with the largest scores of a target, and captions of units and
 * targets.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.explore;
