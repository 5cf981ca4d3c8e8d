/** Methods that score training units for targets: of this program, and of others. */
@NullMarked
package dev.whence.attribute;

import org.jspecify.annotations.NullMarked;
