package dev.whence.counterfactual;

import dev.whence.base.Api;
import org.jspecify.annotations.Nullable;

/**
 * A set of training units on which a target's prediction hangs: without them models are wrong about
 * the target (Ilyas et al. 2022, eq. 12). It is an upper bound of the smallest such set.
 *
 * @param target index of the target
 * @param size number of units; 0 where models of the whole of S are wrong already; null where no
 *     set was found
 * @param units the units, in the order in which they are taken
 * @param verified whether models that chose neither the size nor the set are wrong about the target
 * @param marginAfter mean output of these models, or where there are none of the models that chose
 *     the size; null without models
 * @param modelsTrained number of models that the search asked for
 */
@Api
public record Support(
    int target,
    @Nullable Integer size,
    int[] units,
    boolean verified,
    @Nullable Double marginAfter,
    int modelsTrained) {}
