"""A dataset as notebooks show it: its first images, small, with what they show."""

from __future__ import annotations

import html
from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imggen.dataset.dataset import Dataset
    from imggen.dataset.items import Item

SHOWN = 6  # images
SIDE = 160  # px, at most
STYLE = "display:inline-block;margin:0 8px 8px 0;max-width:160px;vertical-align:top"


def html_of(dataset: Dataset) -> str:
    """Return the first images of `dataset` as HTML."""
    figures = "".join(figures_of(dataset))
    return f"<p>{html.escape(repr(dataset)[1:-1])}</p><div>{figures}</div>"


def figures_of(dataset: Dataset) -> Iterator[str]:
    """Yield the first images of `dataset`, each with what it shows."""
    for item in dataset[:SHOWN]:
        caption = f"{item['index']}: {html.escape(', '.join(names_of(item)))}"
        source = f"data:image/png;base64,{thumbnail(item)}"
        picture = f'<img alt="image {item["index"]}" src="{source}">'
        yield (
            f'<figure style="{STYLE}">{picture}<figcaption><small>{caption}</small></figcaption>'
            "</figure>"
        )


def names_of(item: Item) -> Iterator[str]:
    """Yield the names of the variants that an image shows."""
    for shown in item["shown"].values():
        yield from [shown] if isinstance(shown, str) else shown


def thumbnail(item: Item) -> str:
    """Return the image of `item` as a small PNG, in base 64."""
    pixels = item["image"]
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    image.thumbnail((SIDE, SIDE))
    file = BytesIO()
    image.save(file, "PNG")
    return b64encode(file.getvalue()).decode()
