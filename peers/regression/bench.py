"""Seconds that scikit-learn needs for LASSO paths of the targets in a folder.

    python bench.py FOLDER THREADS

FOLDER holds masks.npy (bool [m, d]), outputs.npy (float32 [m, n]) and lambdas.npy (float64 [n, k], decreasing). Each target
is solved along its lambdas in two ways: as people call it, lasso_path on X and y, and with the Gram matrix computed once and
shared. Prints one JSON object with seconds and the objective at each target's last lambda.
"""
import json
import pathlib
import sys
import time

import numpy as np
import sklearn
from sklearn.linear_model import lasso_path

folder = pathlib.Path(sys.argv[1])
masks = np.load(folder / "masks.npy")
outputs = np.load(folder / "outputs.npy").astype(np.float64)
lambdas = np.load(folder / "lambdas.npy")
m = len(masks)

start = time.perf_counter()
x = masks.astype(np.float64)
x -= x.mean(axis=0)
x = np.asfortranarray(x)
y = outputs - outputs.mean(axis=0)
prepare = time.perf_counter() - start


def objective(t, w):
    r = y[:, t] - x @ w
    return r @ r / (2 * m) + lambdas[t, -1] * np.abs(w).sum()


def solve(**options):
    objectives = []
    start = time.perf_counter()
    for t in range(y.shape[1]):
        extra = {k: v(t) if callable(v) else v for k, v in options.items()}
        _, coefs, _ = lasso_path(x, y[:, t], alphas=lambdas[t], tol=1e-6, max_iter=100000, **extra)
        objectives.append(objective(t, coefs[:, -1]))
    return time.perf_counter() - start, objectives


plain, plain_objectives = solve(precompute=False)
start = time.perf_counter()
gram = x.T @ x
xy = x.T @ y
statistics = time.perf_counter() - start
shared, shared_objectives = solve(precompute=gram, Xy=lambda t: xy[:, t])
print(
    json.dumps(
        {
            "versions": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
            "plain": prepare + plain,
            "shared": prepare + statistics + shared,
            "plainObjectives": plain_objectives,
            "sharedObjectives": shared_objectives,
        }
    )
)
