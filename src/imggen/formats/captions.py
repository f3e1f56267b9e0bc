"""All captions in one file, when all images are done."""

from __future__ import annotations

import json
from pathlib import Path

from imggen.formats.caption import FOLDER, Captioner
from imggen.formats.results import Results
from imggen.store.files import whole_file
from imggen.store.layout import IMAGES


def merge(results: Results) -> list[Path]:
    """Write `captions.jsonl`: on each line the name of an image and its caption."""
    path = results.out / f"{FOLDER}.jsonl"
    caption = Captioner(results.about).caption
    suffix = results.about.suffix
    with whole_file(path) as file:
        for block in results.blocks():
            for picture in block.pictures:
                name = f"{IMAGES}/{picture.name}{suffix}"
                line = {"file_name": name, "text": caption(picture.shown)}
                file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return [path]
