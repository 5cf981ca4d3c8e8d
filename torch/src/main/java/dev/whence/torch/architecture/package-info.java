/** The networks that {@code torch} trains, made of a few layers. */
@NullMarked
package dev.whence.torch.architecture;

import org.jspecify.annotations.NullMarked;
