/** Scores that say which training units a prediction comes from, by methods of every kind. */
@org.jspecify.annotations.NullMarked
package dev.whence.attribute;
