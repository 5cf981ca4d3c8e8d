/** The {@code whence} command. */
@org.jspecify.annotations.NullMarked
package dev.whence.app;
