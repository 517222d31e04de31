"""DBSCAN by scikit-learn (brute force, cosine) on files of float32 rows.

Reads one JSON object a line: {"file", "dimensions", "epsilon", "min_photos", "labels"}, where labels is
the file to write int32 labels to. Answers with one: {"seconds", "megabytes"}, the latter the most that
the process has taken so far beside what it took before.
"""
import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np
from sklearn.cluster import DBSCAN


def peak():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def answer(value):
    print(json.dumps(value), flush=True)


answer({"versions": {name: version(name) for name in ("numpy", "scikit-learn")}})
for line in sys.stdin:
    asked = json.loads(line)
    rows = np.fromfile(asked["file"], dtype="<f4").reshape(-1, asked["dimensions"])
    before = peak()
    start = time.perf_counter()
    found = DBSCAN(
        eps=asked["epsilon"],
        min_samples=asked["min_photos"],
        metric="cosine",
        algorithm="brute",
    ).fit(rows)
    seconds = time.perf_counter() - start
    found.labels_.astype("<i4").tofile(asked["labels"])
    answer({"seconds": seconds, "megabytes": peak() - before})
