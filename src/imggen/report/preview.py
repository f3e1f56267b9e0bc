"""The work of `imggen preview`: contact sheets of images, or of the variants of a layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import NONE
from imggen.config.sentences import did_you_mean, show
from imggen.dataset import Dataset, Item
from imggen.errors import InputError
from imggen.report.pictures import Cell, contact_sheet, gif_of, picture_of, png_of
from imggen.report.show import boxes_of

Bytes = npt.NDArray[np.uint8]

SHEET = 1600  # px, about the width of a contact sheet
MOST_COLUMNS = 8
FRAME = 480  # px, the width of an animation
FRAME_MS = 700


def cells_of_images(dataset: Dataset, count: int, *, boxes: bool) -> list[Cell]:
    """Return `count` images, evenly spaced over the dataset."""
    last = len(dataset) - 1
    positions = np.unique(np.linspace(0, last, min(count, len(dataset))).round().astype(int))
    return [cell_of(dataset, dataset[position], boxes=boxes) for position in positions.tolist()]


def cell_of(dataset: Dataset, item: Item, *, boxes: bool) -> Cell:
    """Return the picture of an item, with its index and what it shows."""
    drawn = list(boxes_of(dataset, item)) if boxes else []
    return Cell(picture_of(item["image"]), f"{item['index']}  {', '.join(names_of(item))}", drawn)


def names_of(item: Item) -> Iterator[str]:
    """Yield what an item shows, each once, without `none`."""
    for shown in item["shown"].values():
        names = [shown] if isinstance(shown, str) else sorted(set(shown))
        yield from (name for name in names if name != NONE)


def cells_of_layer(library: Library, name: str) -> list[Cell]:
    """Return each variant of the layer `name`, with its probability.

    Raises
    ------
    InputError
        If there is no such layer.
    """
    layers = {layer.layer: layer for layer in library.declared}
    if name not in layers:
        raise InputError(f"--layer is {show(name)}; {did_you_mean(name, list(layers), 'one of ')}")
    layer = layers[name]
    chances = enumerate(zip(layer.names, layer.probabilities.tolist(), strict=True))
    return [
        Cell(picture_of(pixels_of(library, layer, k)), f"{variant}  {100 * chance:.3g} %")
        for k, (variant, chance) in chances
    ]


def pixels_of(library: Library, layer: Variants, variant: int) -> Bytes:
    """Return the pixels of a variant, as prepared: (height, width, channels) uint8."""
    width, height = library.size
    row = int(layer.sprites[variant])
    if layer.layer == library.layers[0].layer and row == NO_SPRITE:
        background: Bytes = library.backgrounds[layer.backgrounds[variant]]
        return background.reshape(height, width, library.channels)
    if row == NO_SPRITE:
        return np.zeros((height, width, len("RGBA")), np.uint8)
    parts = [sprite_of(library, part) for part in range(row, row + layer.parts)]
    whole = Image.fromarray(parts[0])
    for part in parts[1:]:
        whole.alpha_composite(Image.fromarray(part))
    pixels: Bytes = np.asarray(whole)
    return pixels


def sprite_of(library: Library, row: int) -> Bytes:
    """Return the sprite in `row` of the table: (height, width, 4) uint8."""
    sprites, channels = library.sprites, library.channels
    start, _, width, height = sprites.table[row].tolist()
    part = slice(start, start + width * height * channels)
    colour = sprites.colour[part].reshape(height, width, channels)
    if channels == len("RGBA"):
        return colour
    alpha = sprites.alpha[part].reshape(height, width, channels)[..., :1]
    return np.concatenate([np.broadcast_to(colour, (height, width, 3)), alpha], axis=2)


def sheet_of(cells: Sequence[Cell]) -> bytes:
    """Return a contact sheet of `cells`, about as wide as a screen, as the bytes of a PNG."""
    columns = next(n for n in (2, 3, 4, 5, 6, 8) if n * n >= len(cells) or n == MOST_COLUMNS)
    return png_of(contact_sheet(cells, columns, SHEET // columns))


def animation_of(cells: Sequence[Cell]) -> bytes:
    """Return the pictures of `cells` one after the other, as the bytes of a GIF."""
    return gif_of([contact_sheet([cell], 1, FRAME) for cell in cells], FRAME_MS)
