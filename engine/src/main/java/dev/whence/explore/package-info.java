/** What the weights show: similar examples, and later leakage, clusters and components. */
@org.jspecify.annotations.NullMarked
package dev.whence.explore;
