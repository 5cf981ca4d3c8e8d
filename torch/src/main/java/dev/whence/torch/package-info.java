/** Learners on LibTorch: deep networks, trained as in the paper (App. D), one model a thread. */
@NullMarked
package dev.whence.torch;

import org.jspecify.annotations.NullMarked;
