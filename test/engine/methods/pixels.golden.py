"""Writes pixels.golden.json: what scikit-learn finds for photos of drawn numbers.

    python3 -m pip install scikit-learn
    python3 pixels.golden.py

The photos are bytes of a linear congruential generator, as the test makes them too: photo i is the
pattern i % 6 with noise of its own, so that there are near and far ones.
"""
import json
from pathlib import Path

import numpy
import sklearn
from sklearn.neighbors import NearestNeighbors

PHOTOS, SIDE, PATTERNS, K = 48, 32, 6, 5
NUMBERS = SIDE * SIDE * 3


def generator(seed):
    state = seed
    while True:
        state = (state * 1103515245 + 12345) % 2**31
        yield state >> 16


def photo(index):
    pattern, noise = generator(index % PATTERNS + 1), generator(1000 + index)
    return [(next(pattern) % 192) + (next(noise) % 64) for _ in range(NUMBERS)]


rows = numpy.array([photo(i) for i in range(PHOTOS)], dtype=numpy.float64) / 255
neighbours = NearestNeighbors(n_neighbors=K + 1, algorithm="brute", metric="euclidean").fit(rows)
distances, ids = neighbours.kneighbors(rows)
result = {
    "scikitLearn": sklearn.__version__,
    "photos": PHOTOS,
    "patterns": PATTERNS,
    # The first is the photo itself.
    "nearest": ids[:, 1:].tolist(),
    "distances": distances[:, 1:].tolist(),
}
Path(__file__).with_suffix("").with_suffix(".golden.json").write_text(json.dumps(result) + "\n")
