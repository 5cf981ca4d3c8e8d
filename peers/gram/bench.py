"""Seconds that OpenBLAS needs for X^T X and X^T Y of random 0/1 masks in float32.

    python bench.py D M N THREADS

X is [M, D], half ones, in Fortran order as BLAS likes it; Y is [M, N]. Prints one JSON object: the best of three calls of
ssyrk (one triangle) and of sgemm, and the version of the library.
"""
import os
import sys

d, m, n, threads = map(int, sys.argv[1:])
os.environ["OPENBLAS_NUM_THREADS"] = str(threads)

import json
import time

import numpy as np
from scipy.linalg.blas import sgemm, ssyrk
from threadpoolctl import threadpool_info

random = np.random.default_rng(0)
x = np.asfortranarray(random.integers(0, 2, (m, d), dtype=np.uint8).astype(np.float32))
y = np.asfortranarray(random.standard_normal((m, n), dtype=np.float32))


def seconds(call):
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


result = {
    "ssyrk_seconds": seconds(lambda: ssyrk(1, x, trans=1)),
    "sgemm_seconds": seconds(lambda: sgemm(1, x, y, trans_a=1)),
}
libraries = [library for library in threadpool_info() if "scipy" in library["filepath"]]
result["openblas"] = libraries[0]["version"] if libraries else "unknown"
print(json.dumps(result))
