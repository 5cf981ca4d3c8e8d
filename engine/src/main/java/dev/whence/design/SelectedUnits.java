package dev.whence.design;

import dev.whence.base.Purpose;

/**
 * Subsets in which only selected units go in and out; all other units are always in: datamodels of
 * selected points (Ilyas et al. 2022, §4.1).
 *
 * @param units number of units, d
 * @param selected indices of the units that go in and out, increasing
 * @param among design over the selected units: unit i of it is unit selected[i]
 */
public record SelectedUnits(int units, int[] selected, Design among) implements Design {

  @Override
  public double alpha() {
    return among.alpha();
  }

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    Mask inner = among.mask(seed, purpose, row);
    boolean[] out = new boolean[units];
    for (int i = 0; i < selected.length; i++) {
      out[selected[i]] = !inner.holds(i);
    }
    return Mask.of(units, j -> !out[j]);
  }
}
