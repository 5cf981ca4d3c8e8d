package dev.whence.regress;

/**
 * What a datamodel is fitted to: the statistics of three sets of runs, of the same units and
 * targets.
 *
 * @param train runs that the path is solved on
 * @param validation runs that choose λ
 * @param all both together, for the refit
 */
public record Problem(Statistics train, Statistics validation, Statistics all) {}
