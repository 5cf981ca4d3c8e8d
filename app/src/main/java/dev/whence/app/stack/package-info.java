/** stack. */
@org.jspecify.annotations.NullMarked
package dev.whence.app.stack;
