"""The Python side of the interchange tests: writes what Whence imports, checks what Whence wrote.

    python bench.py write FOLDER              masks and outputs in every form that `whence import` takes
    python bench.py study STUDY EXPORTED      zarr-python reads the study as numpy reads its export
    python bench.py weights FOLDER EXPORTED   exported weights are scikit-learn's at the same lambda

Prints one JSON object; fails by assertion.
"""
import json
import pathlib
import sys

import numpy as np
import zarr


def write(folder):
    rng = np.random.default_rng(5)
    m, d, n = 120, 37, 4
    masks = np.zeros((m, d), bool)
    for i in range(m):
        masks[i, rng.choice(d, 18, replace=False)] = True
    outputs = masks @ (rng.normal(size=(d, n)) * (rng.random((d, n)) < 0.4)) + rng.normal(size=(m, n)) * 0.3 + 2
    outputs = outputs.astype(np.float16)
    np.save(folder / "masks_bool.npy", masks)
    np.save(folder / "masks_uint8.npy", masks.astype(np.uint8))
    np.save(folder / "masks_fortran.npy", np.asfortranarray(masks))
    np.save(folder / "masks_packed.npy", np.packbits(masks, axis=1, bitorder="little"))
    for width in (16, 32, 64):
        np.save(folder / f"outputs_float{width}.npy", outputs.astype(f"float{width}"))
    np.save(folder / "outputs_fortran.npy", np.asfortranarray(outputs))
    return {"units": d}


def study(path, exported):
    group = zarr.open_group(path, mode="r")
    units = json.loads((path / "study.json").read_text())["units"]
    outputs = json.loads((path / "study.json").read_text())["outputs"]
    masks = np.unpackbits(group["pool/masks"][:], axis=1, bitorder="little")[:, :units]
    assert (masks == np.load(exported / "masks.npy")).all()
    assert np.load(exported / "masks.npy").dtype == bool
    assert (group[f"pool/{outputs[0]}"][:] == np.load(exported / "outputs.npy")).all()
    weight = np.load(exported / "weight.npy")
    assert weight.dtype == np.float32 and weight.shape == (units, group["datamodels/bias"].shape[0])
    assert (group["datamodels/weights"][:].T == weight).all()
    assert (group["datamodels/bias"][:] == np.load(exported / "bias.npy")).all()
    with np.load(exported / "weights.npz") as npz:
        assert sorted(npz.files) == ["bias", "lam", "weight"] and (npz["weight"] == weight).all()
    return {"runs": len(masks), "arrays": sorted(group["pool"].array_keys())}


def weights(folder, exported):
    from sklearn.linear_model import Lasso

    x = np.load(folder / "masks_bool.npy").astype(float)
    y = np.load(folder / "outputs_float64.npy").astype(np.float32).astype(float)
    weight, bias, lam = (np.load(exported / f"{name}.npy") for name in ("weight", "bias", "lam"))
    worst = 0.0
    for t in range(y.shape[1]):
        model = Lasso(alpha=lam[t], tol=1e-14, max_iter=1_000_000).fit(x, y[:, t])
        worst = max(worst, np.abs(model.coef_ - weight[:, t]).max() / np.abs(model.coef_).max())
        worst = max(worst, abs(model.intercept_ - bias[t]) / abs(model.intercept_))
    return {"worst": worst}


if __name__ == "__main__":
    action = {"write": write, "study": study, "weights": weights}[sys.argv[1]]
    print(json.dumps(action(*map(pathlib.Path, sys.argv[2:]))))
