"""Seconds that public tools need for LASSO paths of the targets in a folder, and OpenBLAS for the same statistics.

    python bench.py FOLDER THREADS

FOLDER holds masks.npy (bool [m, d]), outputs.npy (float32 [m, n]), lambdas.npy (float64 [n, k], decreasing), best.npy
(int64 [n], the index of each target's best lambda) and, where the product is to be timed with other outputs, sums.npy
(float32 [m, p]). The objective is (1/2m)|y - Xw - b|^2 + lambda |w|_1 with b unpenalised: tools without an intercept get
centred X and y. Each tool runs as people call it ("called", on the first target only) or at its best ("best"). Prints one
JSON object: versions, the seconds of OpenBLAS in float32, and for each method its number of lambdas, the seconds that all
targets share, and each target's seconds and objective at its best lambda.
"""
import os
import sys

for library in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ[f"{library}_NUM_THREADS"] = sys.argv[2]

import json
import pathlib
import shutil
import subprocess
import tempfile
import time
from collections import namedtuple
from importlib.metadata import version

import celer
import numpy as np
import skglm
from scipy.linalg.blas import sgemm, ssyrk
from sklearn.linear_model import lasso_path
from threadpoolctl import threadpool_info

CALLED_TARGETS = 1
MOST_LAMBDAS = 60  # of celer and skglm, to bound their time
PACKAGES = ("scikit-learn", "celer", "skglm", "numba", "numpy", "scipy")
TOLERANCE = 1e-6  # duality gap over |y|^2 of scikit-learn and celer: keeps the objectives within 1e-6 of the least ones

folder = pathlib.Path(sys.argv[1])
masks = np.load(folder / "masks.npy")
outputs = np.load(folder / "outputs.npy")
lambdas = np.load(folder / "lambdas.npy")
best = np.load(folder / "best.npy")
(m, d), (n, k) = masks.shape, lambdas.shape

Method = namedtuple("Method", "name kind targets count solve shared")


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def centred():
    x = masks.astype(np.float64, order="F")
    x -= x.mean(axis=0)
    y = outputs.astype(np.float64, order="F")
    y -= y.mean(axis=0)
    return x, y


def statistics():
    return x.T @ x, np.asfortranarray(x.T @ y)


def objective(t, w):
    r = y[:, t] - x @ w
    return r @ r / (2 * m) + lambdas[t, best[t]] * np.abs(w).sum()


def all_lambdas(t):
    return k


def ten_past_best(t):
    return min(best[t] + 11, k)


def ten_past_best_of_most(t):
    return max(best[t] + 1, min(ten_past_best(t), MOST_LAMBDAS))


def scikit_learn(t, alphas):
    return timed(lambda: lasso_path(x, y[:, t], alphas=alphas, tol=TOLERANCE, max_iter=100_000)[1])


def scikit_learn_shared(t, alphas):
    shared = dict(precompute=gram, Xy=xy[:, t], check_input=False)  # checks would scan the Gram matrix at each lambda
    return timed(lambda: lasso_path(x, y[:, t], alphas=alphas, tol=TOLERANCE, max_iter=100_000, **shared)[1])


def celer_path(t, alphas):
    return timed(lambda: celer.celer_path(x, y[:, t], pb="lasso", alphas=alphas, tol=TOLERANCE, max_iter=100)[1])


def skglm_path(t, alphas):
    model = skglm.Lasso(fit_intercept=False, tol=1e-3 * alphas[-1])  # tol is of the gradient, so on lambda's scale
    model.path(x[:200], y[:200, t], alphas[:5])  # compiles
    return timed(lambda: model.path(x, y[:, t], alphas)[1])


def glmnet(kind):
    def solve(t, alphas):
        with tempfile.TemporaryDirectory() as name:
            work = pathlib.Path(name)
            masks.T.astype(np.uint8, order="C").tofile(work / "masks.bin")
            outputs[:, t].astype(np.float64).tofile(work / "y.bin")
            alphas.tofile(work / "lambdas.bin")
            script = pathlib.Path(__file__).with_name("glmnet.R")
            seconds = subprocess.check_output(["Rscript", script, work, kind], text=True)
            return float(seconds), np.fromfile(work / "weights.bin").reshape(-1, d).T

    return solve


def glmnet_version():
    if shutil.which("Rscript") is None:
        return None
    command = ["Rscript", "-e", "cat(as.character(packageVersion('glmnet')))"]
    return subprocess.run(command, capture_output=True, text=True).stdout or None


def measure(method):
    print(f"{method.name} …", file=sys.stderr)
    counts = [method.count(t) for t in range(method.targets)]
    seconds, weights = zip(*(method.solve(t, lambdas[t, :count]) for t, count in enumerate(counts)))
    return {
        "name": method.name,
        "kind": method.kind,
        "lambdas": round(np.mean(counts)),
        "shared_seconds": method.shared,
        "seconds": seconds,
        "objectives": [objective(t, w[:, best[t]]) for t, w in enumerate(weights)],
    }


def openblas():
    print("OpenBLAS …", file=sys.stderr)
    sums = folder / "sums.npy"
    a = masks.astype(np.float32, order="F")
    b = np.asfortranarray(np.load(sums) if sums.exists() else outputs)
    calls = {
        "ssyrk": lambda rows: ssyrk(1, a[:rows], trans=1),
        "sgemm": lambda rows: sgemm(1, a[:rows], b[:rows], trans_a=1),
    }
    result = {"sgemm_targets": b.shape[1]}
    for name, call in calls.items():
        call(8)
        result[f"{name}_seconds"] = min(timed(lambda: call(m))[0] for _ in range(2))
    for library in threadpool_info():
        if "scipy.libs" in library["filepath"]:
            result["openblas"] = library["version"]
    return result


versions = {package: version(package) for package in PACKAGES}
blas = openblas()
centring, (x, y) = timed(centred)
counting, (gram, xy) = timed(statistics)
called = min(CALLED_TARGETS, n)
methods = [
    Method("scikit-learn lasso_path, X and y", "called", called, all_lambdas, scikit_learn, centring),
    Method("celer celer_path, X and y", "called", called, ten_past_best_of_most, celer_path, centring),
    Method("skglm Lasso.path, X and y", "called", called, ten_past_best_of_most, skglm_path, centring),
    Method("scikit-learn, shared Gram", "best", n, all_lambdas, scikit_learn_shared, centring + counting),
    Method("scikit-learn, shared Gram, ten past the best", "best", n, ten_past_best, scikit_learn_shared, centring + counting),
]
if glmnet_version() is None:
    print("R or its package glmnet is missing: left out", file=sys.stderr)
else:
    versions["glmnet"] = glmnet_version()
    # Its covariance updates, for fewer variables than 500, take several times as long here.
    methods.append(Method("glmnet, X and y", "called", called, all_lambdas, glmnet("naive"), 0.0))
print(json.dumps({"versions": versions, **blas, "methods": [measure(method) for method in methods]}))
