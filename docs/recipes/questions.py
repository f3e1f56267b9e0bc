"""Asks how many things there are in each image of the recipe `counting`, as JSON Lines.

    python docs/recipes/questions.py out/things > questions.jsonl

A line is one question with its image and answer, in the manner of CLEVR.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

COLOURS = ("red", "green", "blue", "yellow")
SHAPES = ("cube", "cylinder", "sphere")


def questions(out: Path) -> Iterator[dict[str, object]]:
    """Yield the questions on all images of the dataset in `out`."""
    things: defaultdict[int, list[list[str]]] = defaultdict(list)
    with (out / "instances.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["layer"] == "thing":
                things[int(row["image"])].append(row["variant"].split())
    with (out / "data.csv").open(newline="") as file:
        names = [row["image"] for row in csv.DictReader(file)]
    for number, name in enumerate(names):
        shown = things[number]
        words = Counter(word for pair in shown for word in pair)
        words.update(" ".join(pair) for pair in shown)
        asked = {"things": len(shown)}
        asked |= {f"{colour} things": words[colour] for colour in COLOURS}
        asked |= {f"{shape}s": words[shape] for shape in SHAPES}
        asked |= {f"{c} {s}s": words[f"{c} {s}"] for c in COLOURS for s in SHAPES}
        for noun, answer in asked.items():
            yield {"image": name, "question": f"How many {noun} are there?", "answer": answer}


if __name__ == "__main__":
    for question in questions(Path(sys.argv[1])):
        print(json.dumps(question))
