"""Makes runs of planted datamodels at any scale, and their Θ in a study that imported them.

    python planted.py runs FOLDER M D N     # masks.npy bool [M, D], outputs.npy float32 [M, N]; needs scipy
    whence import STUDY --masks FOLDER/masks.npy --outputs FOLDER/outputs.npy
    python planted.py theta STUDY           # datamodels/ with 40 weights a target; needs google-crc32c

With the second, evaluate, similar, report and export can be tried at a scale whose fit would take hours.
"""
import json
import os
import sys

import numpy as np

WEIGHTS, CHUNK = 40, 32


def runs(folder, m, d, n):
    from scipy import sparse

    r = np.random.default_rng(3)
    masks = r.random((m, d), dtype=np.float32) < 0.5
    np.save(f"{folder}/masks.npy", masks)
    theta = sparse.random(d, n, density=WEIGHTS / d, random_state=4, format="csc", dtype=np.float32)
    theta.data = r.normal(size=theta.data.size).astype("f4")
    out = np.lib.format.open_memmap(f"{folder}/outputs.npy", mode="w+", dtype="f4", shape=(m, n))
    rows = sparse.csr_matrix(masks.astype("f4"))
    for a in range(0, n, 5000):
        b = min(n, a + 5000)
        out[:, a:b] = (rows @ theta[:, a:b]).toarray() + r.normal(size=(m, b - a)).astype("f4")
    out.flush()


def theta(study):
    import google_crc32c

    manifest = json.load(open(f"{study}/study.json"))
    n, d, folder = manifest["targets"], manifest["units"], f"{study}/datamodels"
    m = json.load(open(f"{study}/pool/masks/zarr.json"))["shape"][0]
    r = np.random.default_rng(4)
    os.makedirs(f"{folder}/ledger", exist_ok=True)
    path = {"lambdas": 199, "eps": 1e-4, "pathTolerance": 1e-4, "tolerance": 1e-12, "patience": 8}
    fit = {"estimator": "lasso", "output": "output", "runs": m, "folds": {"count": 6, "crossValidate": False}, "path": path}
    json.dump(fit, open(f"{folder}/fit.json", "w"))
    arrays = {name: ([n], "float64") for name in ("bias", "lambda", "gap")}
    arrays |= {name: ([n, 1], "float64") for name in ("path_gap", "train_error", "validation_error")}
    arrays["weights"] = ([n, d], "float32")
    for name, (shape, dtype) in arrays.items():
        os.makedirs(f"{folder}/{name}", exist_ok=True)
        grid = {"name": "regular", "configuration": {"chunk_shape": [CHUNK] + shape[1:]}}
        keys = {"name": "default", "configuration": {"separator": "/"}}
        codecs = [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]
        meta = {"zarr_format": 3, "node_type": "array", "shape": shape, "data_type": dtype, "chunk_grid": grid,
                "chunk_key_encoding": keys, "fill_value": "NaN", "codecs": codecs, "attributes": {},
                "dimension_names": ["target", "unit"][: len(shape)]}
        json.dump(meta, open(f"{folder}/{name}/zarr.json", "w"))
    for c in range(-(-n // CHUNK)):
        rows, checksums = min(CHUNK, n - CHUNK * c), {}
        for name, (shape, dtype) in arrays.items():
            chunk = np.zeros([CHUNK] + shape[1:], dtype)
            for t in range(rows if name == "weights" else 0):
                chunk[t, r.integers(0, d, WEIGHTS)] = r.normal(size=WEIGHTS)
            crc = google_crc32c.value(chunk.tobytes())
            checksums[name] = f"{crc:08x}"
            file = f"{folder}/{name}/c/{c}" + ("/0" if len(shape) > 1 else "")
            os.makedirs(os.path.dirname(file), exist_ok=True)
            open(file, "wb").write(chunk.tobytes() + crc.to_bytes(4, "little"))
        json.dump({"chunk": c, "rows": rows, "crc32c": checksums}, open(f"{folder}/ledger/{c:06d}.json", "w"))


if sys.argv[1] == "runs":
    runs(sys.argv[2], *map(int, sys.argv[3:6]))
else:
    theta(sys.argv[2])
