/** Datasets and the files they are read from. */
@org.jspecify.annotations.NullMarked
package dev.whence.data;
