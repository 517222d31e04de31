"""
Makes k-means.golden.json with scikit-learn, which k-means.test.ts compares with:

    pip install scikit-learn
    python test/engine/clusters/k-means.golden.py ../shared/reference/vectors/objects.f32
    npx prettier --write test/engine/clusters/k-means.golden.json

The rows are generated; of the photos' vectors (beside the project) only what was found is kept.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

warnings.simplefilter("ignore")


def fit(rows, start):
    """From `start` until no row changes its cluster, and with scikit-learn's usual tolerance."""
    k = len(start)
    exact = KMeans(k, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(rows)
    usual = KMeans(k, init=start, n_init=1, algorithm="lloyd").fit(rows)
    found = {
        "labels": exact.labels_.tolist(),
        "inertia": float(exact.inertia_),
        "usualInertia": float(usual.inertia_),
    }
    if 1 < len(set(exact.labels_)) < len(rows):
        found["silhouette"] = float(silhouette_score(rows, exact.labels_))
    return found


random = np.random.default_rng(4)
dimensions = 8
centres = random.normal(size=(6, dimensions))
rows = centres[random.integers(6, size=150)] + 0.8 * random.normal(size=(150, dimensions))
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
# Few digits keep the file small; float64, so that both sides compute with the same numbers.
rows = np.round(rows, 5).astype(np.float32).astype(np.float64)

cases = []
for k in (1, 2, 4, 7, 20):
    places = random.choice(len(rows), size=k, replace=False)
    start = rows[places]
    cases.append({"start": start.tolist(), **fit(rows, start)})
# Two centres so far away that no row is near them: empty clusters in the first iteration.
start = np.vstack([rows[:2], np.full((1, dimensions), 50.0), np.full((1, dimensions), 60.0)])
cases.append({"start": start.tolist(), **fit(rows, start)})

golden = {
    "scikitLearn": sklearn.__version__,
    "dimensions": dimensions,
    "rows": [round(float(x), 5) for x in rows.ravel()],
    "cases": cases,
}
if len(sys.argv) > 1:
    photos = np.fromfile(sys.argv[1], dtype="<f4").reshape(495, -1).astype(np.float64)
    golden["photos"] = []
    for k in (2, 4, 12, 33):
        places = [i * (495 // k) for i in range(k)]
        found = fit(photos, photos[places])
        best = KMeans(k, n_init=10, random_state=0).fit(photos).inertia_
        golden["photos"].append({"places": places, **found, "bestInertia": float(best)})

text = json.dumps(golden, separators=(",", ":"))
(Path(__file__).parent / "k-means.golden.json").write_text(text + "\n")
