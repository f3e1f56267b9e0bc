"""The article's table: one row per image, one column per layer, then the image's name."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from imggen.plan import Plan
from imggen.plan.names import Namer


def make_table(plan: Plan, namer: Namer) -> pd.DataFrame:
    """Row i is image i: the layers' variants as categories, then the name without extension."""
    columns = {
        variants.layer: pd.Categorical.from_codes(plan.traits[:, depth], list(variants.names))
        for depth, variants in enumerate(plan.library.layers)
    }
    names = namer.all_names(plan.traits)
    return pd.DataFrame({**columns, plan.config.dataset.image_column: names})


def write_table(path: Path, plan: Plan, namer: Namer) -> None:
    """Write the table of `plan` as CSV, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    make_table(plan, namer).to_csv(partial, index=False)
    os.replace(partial, path)
