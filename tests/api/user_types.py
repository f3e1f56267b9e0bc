"""A user's script, for mypy alone (see `scripts/check`): what the functions return is typed."""

from pathlib import Path
from typing import assert_type

import numpy as np
import numpy.typing as npt
import pandas as pd
import PIL.Image

import imggen

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


def use(out: Path) -> None:
    """Use each function as the docs do."""
    config = imggen.load("assets", {"dataset.count": 8})
    summary = imggen.generate(config, out, workers=2, labels=["coco"], size=224)
    assert_type(summary.images, int)
    assert_type(summary.crowded, dict[str, int])
    plan = imggen.plan({"layer": []}, count=3)
    assert_type(plan[7]["character"], str | int | float | None)
    assert_type([row["object"] for row in plan[:3]], list[str | int | float | None])
    assert_type(plan.to_pandas(), pd.DataFrame)
    assert_type(imggen.render(config, 3), PIL.Image.Image)


def use_dataset(dataset: imggen.Dataset) -> None:
    """Use a dataset as the docs do."""
    item = dataset[np.int64(3)]
    assert_type(item["image"], Bytes)
    assert_type(item["shown"]["character"], str | list[str])
    assert_type(item["labels"]["character"], int | Numbers)
    assert_type(item["objects"]["boxes"], npt.NDArray[np.float32])
    assert_type(item["objects"]["shadow_x"], npt.NDArray[np.float64])
    batch = dataset.batch(range(3))
    assert_type(batch["image"], Bytes)
    assert_type(batch["labels"]["character"], Numbers | list[int | Numbers])
    assert_type(dataset.masks(3), npt.NDArray[np.bool_])
    assert_type(dataset[1:3], imggen.Dataset)
    assert_type([one["index"] for one in dataset], list[int])
