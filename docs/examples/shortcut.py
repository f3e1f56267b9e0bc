"""Trains small classifiers on generated images: one that learns, and some that take a shortcut.

    python docs/examples/shortcut.py [PICTURE]

needs imggen, PyTorch and, for the picture, matplotlib; two cores take a minute or two. No image is
written: all come from `imggen.Dataset`.

1. From 2,000 images of 64x64 px, a small convolutional network learns which character and which
   background an image shows, wherever and however the character is drawn.
2. Then the background goes with the character in a part of the training images, as it does in many
   a collected dataset. The network is asked for the character only. On images like those it was
   trained on it is as good as ever; on images whose backgrounds are drawn at random it is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

import imggen
from imggen.config.find import find_sample

SIDE = 64  # px
BACKGROUNDS = ("countryside", "desert", "forest", "glacial")
CHARACTERS = ("mage", "monster", "pirate", "warrior")
OBJECTS = (
    "anchor", "axe", "bananas", "barrel", "bomb", "chest", "cupcake", "donut", "heart", "key",
)  # fmt: skip
STRENGTHS = (0, 0.5, 0.8, 0.95, 1)
EPOCHS = 12
BATCH = 50
LINES = {  # label, colour, where the numbers are, points
    "alike": ("tested on images alike", "#0072b2", (0, 9)),
    "random": ("tested with backgrounds at random", "#d55e00", (-10, -17)),
}


def main(picture=None):
    """Run both experiments; print their numbers and draw the picture, if one is asked for."""
    learned = learn_both()
    print(f"held out: character {learned['character']:.1%}, background {learned['background']:.1%}")
    print("| backgrounds that go with the character | tested on images alike | at random |")
    print("|---|---|---|")
    found = {}
    for strength in STRENGTHS:
        found[strength] = take_shortcut(strength)
        alike, random = found[strength]["alike"], found[strength]["random"]
        print(f"| {strength:.0%} | {alike:.1%} | {random:.1%} |", flush=True)
    if picture:
        draw_picture(picture, found)


# --- the images -----------------------------------------------------------------------------------


def settings(splits):
    """The sample's art on a small canvas; everything is anywhere, of any size and colour."""
    art = find_sample().parent
    colours = {"hue": [-30, 30], "saturation": [0.6, 1.3], "brightness": [0.7, 1.2]}
    anywhere = {"x": ["0%", "100%"], "y": ["0%", "100%"]}
    background = {
        "name": "background",
        "folder": str(art / "backgrounds"),
        "fit": "cover",
        "weights": dict.fromkeys(BACKGROUNDS, 1),
        # Any part of the picture: at this size, it covers the canvas wherever its centre is.
        "place": {"anchor": "center", "x": [24, 40], "y": [24, 40], "inside": False},
        "vary": {"scale": [1.25, 2], "flip": 0.5, **colours},
    }
    character = {
        "name": "character",
        "folder": str(art / "characters"),
        "fit": "contain",
        "trim": True,
        "weights": {**dict.fromkeys(CHARACTERS, 1), "toadking": 0},
        "place": anywhere,
        "vary": {"scale": [0.45, 0.75], "rotate": [-20, 20], "flip": 0.5, **colours},
    }
    thing = {
        "name": "object",
        "folder": str(art / "objects"),
        "fit": "contain",
        "trim": True,
        "weights": {"none": 5, **dict.fromkeys(OBJECTS, 1)},
        "place": {**anywhere, "avoid": "character", "overlap": 0.2},
        "vary": {"scale": [0.25, 0.45], "rotate": [-90, 90], "flip": 0.5},
    }
    return {
        "canvas": {"size": [SIDE, SIDE]},
        "layer": [background, character, thing],
        "split": splits,
    }


def correlated(name, count, strength):
    """A split in which `strength` of the images have the background of their character.

    In the others it is drawn at random, which agrees once in four times.
    """
    agree = strength + (1 - strength) / len(BACKGROUNDS)
    pairs = dict(zip(CHARACTERS, BACKGROUNDS, strict=True))
    correlate = {"layer": "background", "follows": "character", "agree": agree, "pairs": pairs}
    return {"name": name, "count": count, "correlate": [correlate]}


def tensors(dataset):
    """All images of `dataset`, (n, 3, height, width) float32 around 0, and their labels."""
    batch = dataset.batch(range(len(dataset)))
    images = torch.from_numpy(batch["image"]).permute(0, 3, 1, 2).float() / 127.5 - 1
    return images, {layer: torch.from_numpy(k) for layer, k in batch["labels"].items()}


# --- the experiments ------------------------------------------------------------------------------


def learn_both(seed=0):
    """Train on 2,000 images; the accuracy on 1,000 others, by layer."""
    config = settings([{"name": "train", "count": 2000}, {"name": "test", "count": 1000}])
    train, test = (tensors(imggen.Dataset(config, split=split)) for split in ("train", "test"))
    classes = {"character": len(CHARACTERS) + 1, "background": len(BACKGROUNDS)}
    return accuracies(fit(*train, classes, seed), *test)


def take_shortcut(strength, seed=0):
    """Train a classifier of characters; its accuracy on images alike, and with any background."""
    config = settings([
        correlated("train", 2000, strength),
        correlated("alike", 1000, strength),
        correlated("random", 1000, 0),
    ])  # fmt: skip
    images, labels = tensors(imggen.Dataset(config, split="train"))
    network = fit(images, labels, {"character": len(CHARACTERS) + 1}, seed)
    tests = {split: tensors(imggen.Dataset(config, split=split)) for split in ("alike", "random")}
    return {split: accuracies(network, *test)["character"] for split, test in tests.items()}


class Network(nn.Module):
    """Three convolutions, then what is seen anywhere, and a linear classifier for each layer."""

    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            *convolution(3, 32, size=5, stride=3),
            *convolution(32, 64, size=3, stride=2),
            *convolution(64, 64, size=3, stride=1),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
        )
        self.heads = nn.ModuleDict({layer: nn.Linear(64, n) for layer, n in classes.items()})

    def forward(self, images):
        """The logits of each layer's variants."""
        features = self.features(images)
        return {layer: head(features) for layer, head in self.heads.items()}


def convolution(before, after, size, stride):
    """A convolution of that many channels, its outputs normalised and cut at 0."""
    weights = nn.Conv2d(before, after, size, stride, size // 2, bias=False)
    return weights, nn.BatchNorm2d(after), nn.ReLU()


def fit(images, labels, classes, seed):
    """A network trained on `images` to tell the layers of `classes`."""
    torch.manual_seed(seed)
    network = Network(classes)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
    steps = EPOCHS * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.006, total_steps=steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(images)).split(BATCH):
            logits = network(images[rows])
            loss = sum(cross_entropy(logits[layer], labels[layer][rows]) for layer in classes)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def accuracies(network, images, labels):
    """The share of `images` that `network` is right about, by layer."""
    parts = [network(part) for part in images.split(500)]
    guesses = {layer: torch.cat([part[layer] for part in parts]).argmax(1) for layer in parts[0]}
    return {
        layer: (guess == labels[layer]).float().mean().item() for layer, guess in guesses.items()
    }


# --- the picture ----------------------------------------------------------------------------------


def draw_picture(path, found):
    """Images to learn from and to be tested on, and the accuracies `found` by strength."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  # only this needs it

    plt.rcParams.update({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False})
    figure = plt.figure(figsize=(11, 4.6), dpi=110, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(5, 6))
    rows = left.subplots(2, 1)
    config = settings([correlated("train", 60, 1), correlated("random", 60, 0)])
    draw_images(rows[0], config, "train", "training, 100%: each character has its background")
    draw_images(rows[1], config, "random", "test: backgrounds at random")
    draw_accuracies(right.subplots(), found)
    figure.savefig(path)


def draw_images(axes, config, split, title):
    """A sheet of images of `split`, a column for each character."""
    dataset = imggen.Dataset(config, split=split)
    columns = [[] for _ in CHARACTERS]
    for item in dataset:
        columns[CHARACTERS.index(item["shown"]["character"])].append(item["image"])
    sheet = np.hstack([np.vstack(column[:2]) for column in columns])
    axes.imshow(sheet, interpolation="nearest")
    axes.set_xticks([SIDE * (k + 0.5) for k in range(len(CHARACTERS))], CHARACTERS)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=11)


def draw_accuracies(axes, found):
    """Two lines over the strengths, and where guessing would be."""
    places = range(len(found))
    for split, (label, colour, offset) in LINES.items():
        values = [100 * result[split] for result in found.values()]
        axes.plot(places, values, "o-", color=colour, label=label, linewidth=2)
        for point in zip(places, values, strict=True):
            text = f"{point[1]:.0f}"
            axes.annotate(
                text, point, offset, textcoords="offset points", ha="center", color=colour
            )
    axes.axhline(100 / len(CHARACTERS), color="grey", linestyle="--", linewidth=1)
    axes.text(0, 100 / len(CHARACTERS) + 1.5, "guessing", color="grey")
    axes.set_xticks(places, [f"{strength:.0%}" for strength in found])
    axes.set_xlabel("training images whose background goes with the character")
    axes.set_ylabel("characters recognised, %")
    axes.set_xlim(-0.35, len(found) - 0.75)
    axes.set_ylim(0, 110)
    axes.set_yticks(range(0, 101, 25))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.3), frameon=False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
