/** The learner contract and the learners that need no library. */
@org.jspecify.annotations.NullMarked
package dev.whence.learn;
