/**
 * What would happen to a prediction if its training data were changed: predicted by datamodels,
 * checked by training again.
 */
@NullMarked
package dev.whence.counterfactual;

import org.jspecify.annotations.NullMarked;
