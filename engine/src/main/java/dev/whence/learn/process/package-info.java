/** Training in other programs, in any language. */
@org.jspecify.annotations.NullMarked
package dev.whence.learn.process;
