"""A small dataset to edit: a configuration that explains its keys, and art of the sample."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from imggen.assets.decode import read_image
from imggen.command.scaffold.names import safe_names
from imggen.config.find import CONFIG_NAME, find_sample
from imggen.store.files import write_atomic

SIZE = (640, 360)
BACKGROUNDS = ("countryside", "desert", "forest")
OBJECTS = ("anchor", "barrel", "bomb", "heart", "key")
LONGEST_SIDE = 180  # of an object, px
COLUMN = 27  # of the template's comments

TEMPLATE = """\
# A small dataset to edit: replace the art by your own, change what you like, run in this folder:
#
#   imggen preview --boxes    a contact sheet of what this describes
#   imggen bulk               the images, their labels and a report, in out/{name}
#
# Each key is explained beside it. `imggen check` names flaws of the art.

[dataset]
name = "{name}"{pad}  # the dataset is written to out/{name}
count = 100                  # how many images
seed = 0                     # a whole number; another one gives other images

[canvas]
size = [{width}, {height}]            # width and height of each image, px
mode = "RGB"                 # "RGBA" keeps transparency (PNG and WebP), "L" is grey

# Layers are drawn in this order, the first at the back. Each is a folder with one file per variant:
# add a file, and it is drawn, too. sun#3.png is drawn three times as often as sun.png.

[[layer]]
name = "background"          # the column of data.csv that says which variant an image shows
folder = "backgrounds"       # beside this file
fit = "cover"                # scaled to fill the canvas; "stretch", "contain" or "none"

[[layer]]
name = "object"              # classes are the variants: anchor, barrel, ...
folder = "objects"           # art with a transparent background
instances = [1, 4]           # how many are in an image: from 1 to 4
size = 0.4                   # the longer side, as a share of the canvas's shorter side

[layer.place]                # this and [layer.vary] belong to the layer above
anchor = "center"            # this point of a sprite is put at x and y
x = ["5%", "95%"]            # from 5 to 95 % of the canvas's width
y = ["5%", "95%"]            # of its height
avoid = "self"               # sprites of this layer do not overlap
overlap = 0.1                # ... by more than this share

[layer.vary]                 # drawn anew for each sprite
scale = [0.6, 1.0]           # times its size
rotate = [-20, 20]           # degrees
flip = 0.5                   # the probability that it is mirrored

[[split]]
name = "train"               # images/train, labels of their own
share = 0.8                  # of all images

[[split]]
name = "val"                 # as many splits as you like; without any, all images are together
share = 0.2                  # the shares sum to 1

[labels]
formats = ["coco", "yolo"]   # also "voc", "masks", "captions", "classes", ...
layers = ["object"]          # whose sprites have boxes

[output]
format = "jpeg"              # "png" or "webp" keep every pixel (webp with lossless = true)
quality = 90                 # of JPEG and lossy WebP, 1 to 100
"""


def write_starter(folder: Path) -> list[str]:
    """Make a dataset to edit in `folder`, which is new or empty; return the names of its art.

    The configuration gets its name last: without it, the folder is not complete.

    Raises
    ------
    OSError
        If something cannot be written. A folder that was made for it is removed.
    """
    made = not folder.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".init-", dir=folder.parent if made else folder) as to:
        work = Path(to) / "set"
        work.mkdir()
        art = write_art(work)
        write_atomic(work / CONFIG_NAME, config_text(folder).encode())
        if made:
            work.rename(folder)
        else:
            for name in (*sorted({one.partition("/")[0] for one in art}), CONFIG_NAME):
                (work / name).rename(folder / name)
    return art


def config_text(folder: Path) -> str:
    """Return the configuration of a dataset called like `folder`."""
    [name] = safe_names([folder.resolve().name])
    pad = " " * (COLUMN - len(f'name = "{name}"'))
    return TEMPLATE.format(name=name, pad=pad, width=SIZE[0], height=SIZE[1])


def write_art(folder: Path) -> list[str]:
    """Write small copies of some of the sample's art; return their names below `folder`."""
    sample = find_sample().parent
    names = []
    for kind, variants, suffix in (
        ("backgrounds", BACKGROUNDS, "jpg"),
        ("objects", OBJECTS, "png"),
    ):
        (folder / kind).mkdir()
        for variant in variants:
            name = f"{kind}/{variant}.{suffix}"
            write_atomic(folder / name, reduced(sample / name))
            names.append(name)
    return names


def reduced(path: Path) -> bytes:
    """Return the file of a smaller copy of an image of the sample."""
    image, file = read_image(path), BytesIO()
    if image.mode == "RGBA":
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        image.save(file, "PNG", optimize=True)
    else:
        image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "JPEG", quality=90)
    return file.getvalue()
