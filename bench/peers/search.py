"""Searches the rows of a file with NumPy, sqlite-vec and hnswlib, and times itself.

Reads one JSON object a line: {"peer": …, "queries": [rows], "k": …}. Answers with one JSON object a
line: the milliseconds it took (per query), and the rows that were found, each query's own row left out.
"""
import json
import sqlite3
import sys
import time

import numpy as np

path, dimensions, *peers = sys.argv[1:]
rows = np.fromfile(path, dtype="<f4").reshape(-1, int(dimensions))
size = len(rows)


def answer(value):
    print(json.dumps(value), flush=True)


def without(query, found, k):
    return [int(row) for row in found if row != query][:k]


def numpy_product(queries, k):
    """What BLAS does alone: the similarities, without looking for the best."""
    start = time.perf_counter()
    rows @ rows[queries[0]] if len(queries) == 1 else rows[queries] @ rows.T
    return time.perf_counter() - start, []


def numpy_top(queries, k):
    start = time.perf_counter()
    if len(queries) == 1:
        products = (rows @ rows[queries[0]])[None]
    else:
        products = rows[queries] @ rows.T
    best = np.argpartition(products, size - k - 1, axis=1)[:, size - k - 1 :]
    order = np.argsort(-np.take_along_axis(products, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    return time.perf_counter() - start, [without(q, b, k) for q, b in zip(queries, best)]


def make_sqlite():
    import sqlite_vec

    database = sqlite3.connect(":memory:")
    database.enable_load_extension(True)
    sqlite_vec.load(database)
    database.execute(
        f"CREATE VIRTUAL TABLE rows USING vec0(embedding float[{dimensions}] distance_metric=cosine)"
    )
    with database:
        database.executemany(
            "INSERT INTO rows (rowid, embedding) VALUES (?, ?)",
            ((i, rows[i].tobytes()) for i in range(size)),
        )

    def search(queries, k):
        start = time.perf_counter()
        found = [
            database.execute(
                "SELECT rowid FROM rows WHERE embedding MATCH ? AND k = ?",
                (rows[q].tobytes(), k + 1),
            ).fetchall()
            for q in queries
        ]
        took = time.perf_counter() - start
        return took, [without(q, [row for (row,) in f], k) for q, f in zip(queries, found)]

    return search


def make_hnswlib():
    import hnswlib

    index = hnswlib.Index(space="ip", dim=int(dimensions))
    index.init_index(max_elements=size, ef_construction=200, M=16)
    index.add_items(rows, np.arange(size))
    index.set_ef(200)

    def search(queries, k):
        start = time.perf_counter()
        labels, _ = index.knn_query(rows[queries], k=k + 1)
        took = time.perf_counter() - start
        return took, [without(q, f, k) for q, f in zip(queries, labels)]

    return search


makers = {
    "numpy-product": lambda: numpy_product,
    "numpy": lambda: numpy_top,
    "sqlite-vec": make_sqlite,
    "hnswlib": make_hnswlib,
}
built = {}
searches = {}
for peer in peers:
    start = time.perf_counter()
    try:
        searches[peer] = makers[peer]()
        built[peer] = time.perf_counter() - start
    except Exception as error:  # A peer that cannot be had is left out, and the bench says so.
        built[peer] = str(error)

from importlib.metadata import version

import threadpoolctl

blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
answer(
    {
        "built": built,
        "versions": {name: version(name) for name in ("numpy", "hnswlib", "sqlite-vec")},
        "blas": ", ".join(
            f"{pool['internal_api']} {pool.get('architecture', '')}, {pool['num_threads']} threads"
            for pool in blas
        ),
    }
)
for line in sys.stdin:
    asked = json.loads(line)
    seconds, found = searches[asked["peer"]](asked["queries"], asked["k"])
    answer({"ms": 1000 * seconds / len(asked["queries"]), "found": found})
