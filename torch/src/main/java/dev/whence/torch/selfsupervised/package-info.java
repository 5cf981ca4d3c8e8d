/** Representations without labels: SimCLR, MoCo, BYOL and DINO. */
@NullMarked
package dev.whence.torch.selfsupervised;

import org.jspecify.annotations.NullMarked;
