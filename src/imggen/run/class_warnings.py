"""Warnings of classes that splits lack, and of classes that no image can show.

Such classes keep their numbers and their empty folders, so that a number means the same in all
splits, in `KEY.cls` of a sample, in `imggen.Dataset.classes`, and in another dataset of the same
art with other weights, such as one to test with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.config.sentences import show
from imggen.formats.registry import find_format

if TYPE_CHECKING:
    from imggen.planning.columns import LayerColumns
    from imggen.run.recipe import Recipe

CLASS_FOLDERS = "classes"  # the label format
MOST_NAMED = 5  # classes in a row


def class_warnings(recipe: Recipe) -> Iterator[str]:
    """Yield a sentence on empty class folders, and one on classes that no image can show."""
    if CLASS_FOLDERS in recipe.info.labels.formats:
        lacking = [f"{name_some(names)}{where}" for where, names in lacking_classes(recipe)]
        if lacking:
            yield (
                "class folders are empty, which torchvision's ImageFolder refuses: "
                f"{', '.join(lacking)}; raise dataset.count, give these classes more weight there, "
                "or read with allow_empty=True."
            )
    impossible = list(dict.fromkeys(impossible_classes(recipe)))
    if impossible:
        them, their = ("it", "its") if len(impossible) == 1 else ("them", "their")
        yield (
            f"no image can show {name_some(impossible)}, but the lists of classes hold {them}, "
            f"so that numbers of classes do not depend on weights; remove {their} art to leave "
            f"{them} out."
        )


def lacking_classes(recipe: Recipe) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield where class folders are empty, " in SPLIT" or "", and the classes that are lacking.

    Of several segments, only classes that cannot be drawn are known to be lacking everywhere.
    """
    column = class_column(recipe)
    for place, split in enumerate(recipe.info.splits or ("",)):
        there = shown_in(recipe, column, place)
        names = [name for name, one in zip(column.texts, there.tolist(), strict=True) if not one]
        if names:
            yield (f" in {split}" if split else ""), names


def impossible_classes(recipe: Recipe) -> Iterator[str]:
    """Yield the classes that no image can show, as far as lists of classes hold them."""
    info = recipe.info
    columns = {slot: one for one in info.columns for slot in range(one.slots.start, one.slots.stop)}
    possible = {one.layer: possible_variants(recipe, one) for one in info.columns}
    if info.sharded or any(find_format(name).needs_boxes for name in info.labels.formats):
        rows = info.classes.rows.items()
        drawn = {row for (slot, k), row in rows if possible[columns[slot].layer][k]}
        yield from (name for row, name in enumerate(info.classes.names) if row not in drawn)
    if info.labels.class_layer is not None:
        column = class_column(recipe)
        if not column.counted:
            names = zip(column.names, possible[column.layer].tolist(), strict=True)
            yield from (name for name, one in names if not one)


def class_column(recipe: Recipe) -> LayerColumns:
    """Return the columns of `labels.class_layer`."""
    [column] = [one for one in recipe.info.columns if one.layer == recipe.info.labels.class_layer]
    return column


def shown_in(recipe: Recipe, column: LayerColumns, place: int) -> npt.NDArray[np.bool_]:
    """Return which texts of a layer images of the split at `place` show, or may: (texts,)."""
    segments = recipe.segments
    if len(segments) == 1:
        plan = segments[0]
        traits = plan.traits[plan.splits == place] if recipe.info.splits else plan.traits
        return np.bincount(column.rows(traits), minlength=len(column.texts)) > 0
    distribution = segments.distributions[place]
    if column.counted or distribution.walked is None:
        return np.ones(len(column.texts), bool)
    return distribution.marginals()[recipe.info.columns.index(column)] > 0


def possible_variants(recipe: Recipe, column: LayerColumns) -> npt.NDArray[np.bool_]:
    """Return which variants of a layer some image can show: (variants,)."""
    shown = np.zeros(len(column.names), bool)
    shown[recipe.segments[0].traits[:, column.slots]] = True
    if shown.all():
        return shown
    depth = recipe.info.columns.index(column)
    for one in recipe.segments.distributions:
        # What is only estimated may be rare.
        shown |= True if one.walked is None else one.marginals()[depth] > 0
    return shown


def name_some(names: Sequence[str]) -> str:
    """Return some names in quotes, the first few if there are many."""
    *others, last = [show(name) for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    if more > 0:
        return f"{', '.join([*others, last])} and {more:,} more"
    return f"{', '.join(others)} and {last}" if others else last
