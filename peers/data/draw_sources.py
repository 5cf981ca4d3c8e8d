"""A table of patients from several clinics, one of which mixes up labels.

    python draw_sources.py FILE.csv

The 569 examples of the Breast Cancer Wisconsin (Diagnostic) data that scikit-learn ships (UCI, CC BY 4.0): 149 are the test set,
the others are dealt to 20 clinics at random; in clinic 7, 60% of the diagnoses are turned around.
"""
import csv
import sys

import numpy as np
from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
rng = np.random.default_rng(4)
order = rng.permutation(len(data.target))
names = [n.replace(" ", "_") for n in data.feature_names]
with open(sys.argv[1], "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow([*names, "label", "group", "split"])
    for place, i in enumerate(order):
        test = place < 149
        clinic = int(rng.integers(20))
        label = data.target[i]
        if clinic == 7 and not test and rng.random() < 0.6:
            label = 1 - label
        rows.writerow([*map(repr, map(float, data.data[i])), data.target_names[label], f"clinic {clinic}", "test" if test else "train"])
