"""Writes pixels-pca.golden.json: what scikit-learn's PCA makes of the photos of drawn numbers.

    python3 -m pip install scikit-learn
    python3 pixels-pca.golden.py

The photos are those of pixels.golden.py. Of each component every 64th number is kept, so that the file
stays small; the places of all photos depend on the others as well.
"""
import json
import runpy
from pathlib import Path

import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

COMPONENTS, K, EVERY = 8, 5, 64

rows = runpy.run_path(str(Path(__file__).with_name("pixels.golden.py")))["rows"]
pca = PCA(n_components=COMPONENTS, svd_solver="full").fit(rows)
places = pca.transform(rows)
neighbours = NearestNeighbors(n_neighbors=K + 1, algorithm="brute", metric="euclidean").fit(places)
distances, ids = neighbours.kneighbors(places)
result = {
    "scikitLearn": sklearn.__version__,
    "photos": len(rows),
    "every": EVERY,
    "mean": pca.mean_[::EVERY].tolist(),
    "components": pca.components_[:, ::EVERY].tolist(),
    "variances": pca.explained_variance_.tolist(),
    "shares": pca.explained_variance_ratio_.tolist(),
    "places": places.tolist(),
    # The first is the photo itself.
    "nearest": ids[:, 1:].tolist(),
    "distances": distances[:, 1:].tolist(),
}
Path(__file__).with_suffix("").with_suffix(".golden.json").write_text(json.dumps(result) + "\n")
