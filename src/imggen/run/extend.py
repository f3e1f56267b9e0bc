"""Extending a run: what more images leave as it is, and what they would change."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.containers.shards import Sharded
from imggen.errors import OutputError
from imggen.planning import Plan
from imggen.planning.sampling.samplers import sampler_of
from imggen.run.journal.earlier import keep_images
from imggen.run.journal.identity import read_manifest
from imggen.run.journal.journal import Journal
from imggen.run.recipe import Recipe, old_recipe
from imggen.run.stored.uploads import Uploads
from imggen.store.layout import JOURNAL, SUMMARY
from imggen.store.origin import difference_between

Manifest = dict[str, Any]


def check_resumable(recipe: Recipe, out: Path) -> None:
    """Refuse to resume the run in `out` if it is another one, or cannot be extended to `recipe`.

    Raises
    ------
    OutputError
        Naming the first difference, or what more images would change.
    """
    known = read_manifest(out / JOURNAL)
    if known is None or not extends(known, recipe.manifest):
        added = added_labels(known, recipe.manifest) if (out / SUMMARY).exists() else []
        label = f"imggen label {out} --labels {','.join(added)} to add them, or " if added else ""
        way_out = f"{label}--overwrite to start anew"
        Journal(out).check(with_count_of(known, recipe.manifest), way_out)
        return
    obstacle = find_obstacle(old_recipe(recipe, known), recipe)
    if obstacle is not None:
        message = (
            f"{out} has {count_of(known):,} images and cannot be extended to {recipe.count:,}: "
            f"{obstacle}. Give --count {count_of(known)}, or --overwrite to start anew."
        )
        raise OutputError(message)


def take_over(recipe: Recipe, out: Path, uploads: Uploads) -> None:
    """Keep the images of the run in `out` if `recipe` makes more of them.

    Whenever it is interrupted, it is done again by the next run.
    """
    known = read_manifest(out / JOURNAL)
    if known is not None and extends(known, recipe.manifest):
        keep_images(out, known, partial(uploads.keep_shards, out, recipe.container))
        recipe.container.extend(old_recipe(recipe, known).order, recipe.order, out)


def added_labels(known: Manifest | None, now: Manifest) -> list[str]:
    """Return the label formats that `now` has besides those of `known`, if nothing else differs."""
    if known is None:
        return []
    before, after = (one["labels"]["formats"] for one in (known, now))
    rest = [{**one, "labels": {**one["labels"], "formats": []}} for one in (known, now)]
    if rest[0] != rest[1] or not set(before) <= set(after):
        return []
    return [name for name in after if name not in before]


def extends(known: Manifest, now: Manifest) -> bool:
    """Return True if `now` is the manifest of `known` with more images."""
    if "dataset" not in known or not count_of(known) < count_of(now):
        return False
    return difference_between(without_count(known), without_count(now)) is None


def with_count_of(known: Manifest | None, now: Manifest) -> Manifest:
    """Return `now` with the count of `known` if it has more images, which alone refuse nothing."""
    if known is None or "dataset" not in known or count_of(known) >= count_of(now):
        return now
    dataset = {**now["dataset"], "count": count_of(known)}
    return {**now, "dataset": dataset, "segment_images": known.get("segment_images")}


def count_of(manifest: Manifest) -> int:
    """Return the number of images that a manifest asks for."""
    return int(manifest["dataset"]["count"])


def without_count(manifest: Manifest) -> Manifest:
    """Return a manifest without the number of images and what follows from it."""
    dataset = {**manifest["dataset"], "count": None}
    return {**manifest, "dataset": dataset, "segment_images": None}


def find_obstacle(old: Recipe, recipe: Recipe) -> str | None:
    """Return why the images of `old` are not the first of `recipe`, or not one shard stays."""
    changed = drawn_together(recipe) or find_changed_image(old, recipe)
    return changed or find_changed_shards(old, recipe)


def drawn_together(recipe: Recipe) -> str | None:
    """Return the setting by which images depend on how many there are; None if none does."""
    dataset = recipe.config.dataset
    if not sampler_of(dataset).prefix_stable:
        return f'with dataset.sampling = "{dataset.sampling}" images depend on how many there are'
    if dataset.stratify:
        return "with dataset.stratify images depend on how many there are"
    return None


def find_changed_image(old: Recipe, recipe: Recipe) -> str | None:
    """Return which image would show something else; None if none does."""
    for plan in old.segments:
        now = recipe.segments.part(plan.start, plan.stop)
        changed = np.flatnonzero(differs(plan, now))
        if len(changed):
            image = plan.start + int(changed[0])
            return f"image {image} would show something else, or be of another split"
    return None


def differs(plan: Plan, now: Plan) -> npt.NDArray[np.bool_]:
    """Mark images that show something else by another plan: (images,)."""
    found: npt.NDArray[np.bool_] = plan.splits != now.splits
    for key, other in zip(plan.keys, now.keys, strict=True):
        found |= key != other
    return found


def find_changed_shards(old: Recipe, recipe: Recipe) -> str | None:
    """Return which shards would have other borders, so that none could stay."""
    container = recipe.container
    if not isinstance(container, Sharded):
        return None
    library = recipe.library
    counts = (one.segments.split_sizes for one in (old, recipe))
    for before, now in zip(*counts, strict=True):
        sizes = container.block_size(library, before), container.block_size(library, now)
        if before and sizes[0] != sizes[1]:
            return (
                f"its shards have {sizes[0]:,} images, and would have {sizes[1]:,}, as "
                "output.shard_images is not given"
            )
    return None
