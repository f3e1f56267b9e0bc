"""Labels of a finished run: they are made of its plan, and no image is drawn, encoded or read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from imggen.assets.url_copies import keep_copies
from imggen.config import Config
from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.errors import InputError, OutputError
from imggen.formats.labeller import formats_beside
from imggen.formats.registry import find_format
from imggen.paths import os_errors_as
from imggen.run.engines.engine import start_engine
from imggen.run.errors import errors_in_a_sentence
from imggen.run.journal.earlier import Earlier, find_earlier, keep_images
from imggen.run.journal.folder import check_reach, locked_folder, read_names, write_names
from imggen.run.journal.identity import read_manifest
from imggen.run.journal.journal import Journal
from imggen.run.journal.manifest import manifest_of
from imggen.run.main import check_settings, finish, plan_memory, say_warnings
from imggen.run.options import Options, Progress, Summary
from imggen.run.prepare import own_names
from imggen.run.recipe import Recipe, make_recipe, old_recipe
from imggen.run.stored.uploads import placed
from imggen.store.layout import JOURNAL, REPORT, SUMMARY
from imggen.store.origin import difference_between
from imggen.store.summary import read_summary

Values = dict[str, Any]


@dataclass(frozen=True)
class Added:
    """Additions to the labels of a finished run.

    Attributes
    ----------
    formats : label formats
    class_layer : the layer whose variants are class folders; None keeps the run's
    base_uri : the address of the images of a collection; None keeps the run's
    """

    formats: Sequence[str] = ()
    class_layer: str | None = None
    base_uri: str | None = None


@keep_copies()
def relabel(options: Options, added: Added, progress: Progress) -> Summary:
    """Make labels of the finished run in `options.out`: those it has, and those `added`.

    Its report is written again, by `options.afterwards`, if it has one.

    Raises
    ------
    InputError
        If the folder holds no finished run, or labels are in its shards. Nothing is changed then.
    RunError
        If it had to stop. The same command goes on.
    """
    with placed(options) as how:
        return relabel_here(how, added, progress)


def relabel_here(options: Options, added: Added, progress: Progress) -> Summary:
    """Make labels of the finished run in the folder `options.out` of this machine."""
    out = options.out
    if not options.uploads.has(out, REPORT):
        options = replace(options, afterwards=None)
    summary = find_summary(out)
    config = options.uploads.located(relabelled(summary, out, added))
    check_settings(config, options)
    recipe = make_recipe(config, plan_memory(options))
    known = manifest_of(summary)
    check_same_images(out, known, recipe)
    check_labels_in_shards(old_recipe(recipe, known), recipe)
    with start_engine(min(options.workers, recipe.count)) as engine:
        from imggen.run.render import render_missing  # noqa: PLC0415  # as in `generate`

        say_warnings(recipe, progress)
        with locked_folder(out), errors_in_a_sentence(out):
            earlier = keep_all(recipe, out, options)
            journal = Journal(out, recipe.record_type(recipe.manifest))
            journal.forget_lost(options.uploads.check(recipe, out), read_all=options.check)
            journal.begin(recipe.manifest)
            write_names(out, own_names(config) | (read_names(out) or set()))
            options.uploads.push()
            render_missing(recipe, journal, engine, options, progress, (0, recipe.count), earlier)
            made = finish(recipe, journal, summary["rendered"], options)
            write_names(out, own_names(config))
    return replace(made, rendered=0)


def find_summary(out: Path) -> Values:
    """Return what `run.json` says of the finished run in `out`.

    Raises
    ------
    OutputError
        If there is none, or the folder cannot be written to.
    """
    summary = read_summary(out) if out.is_dir() else None
    if summary is None:
        what = "holds no finished run" if out.is_dir() else "is not a folder"
        message = (
            f"{out} {what}; expected a folder with {SUMMARY}. Complete a stopped run with --resume "
            "first, and partitions with imggen merge."
        )
        raise OutputError(message)
    check_reach(out)
    return summary


def relabelled(summary: Values, out: Path, added: Added) -> Config:
    """Return the configuration of a finished run with more labels.

    Raises
    ------
    ConfigError
        If a format or layer is not known, or has no place with the container.
    InputError
        If there are classes of another layer, or of none, or nothing has the address.
    """
    before = summary["config"]["labels"]
    labels = {**before, "formats": list(dict.fromkeys([*before["formats"], *added.formats]))}
    options = {"labels.formats": "--labels"}
    if added.class_layer is not None:
        labels["class_layer"] = added.class_layer
        options["labels.class_layer"] = "--class-layer"
    if added.base_uri is not None:
        labels["collection"] = {**labels["collection"], "base_uri": added.base_uri}
        options["labels.collection.base_uri"] = "--base-uri"
    source = Source({**summary["config"], "labels": labels}, options=options)
    config = make_config(source, out)
    if added.class_layer is not None:
        check_class_layer(added.class_layer, before, config.labels.formats, out)
    if added.base_uri is not None:
        check_base_uri(added.base_uri, config.labels.formats, out)
    return config


def check_class_layer(layer: str, before: Values, formats: Sequence[str], out: Path) -> None:
    """Refuse the layer `layer` for class folders of a run that had the labels `before`.

    Raises
    ------
    InputError
        If there are such folders, of another layer, or none are asked for.
    """
    if "classes" not in formats:
        message = (
            f"--class-layer is {layer}, but no class folders are asked for; add --labels classes. "
            "Classes that are in shards, beside the images, are made with the images alone."
        )
        raise InputError(message)
    earlier = before.get("class_layer")
    if "classes" in before["formats"] and earlier != layer:
        message = (
            f"--class-layer is {layer}, but {out} has class folders of {earlier}; leave it out, or "
            "make the dataset in another --out."
        )
        raise InputError(message)


def check_base_uri(uri: str, formats: Sequence[str], out: Path) -> None:
    """Refuse the address `uri` for a run without the labels of a collection, which alone have it.

    Raises
    ------
    InputError
        Saying so.
    """
    if all(find_format(name).kind != "tokens" for name in formats):
        message = (
            f"--base-uri is {uri}, but {out} has no labels of a collection, which it is for; add "
            "--labels erc721 or --labels solana."
        )
        raise InputError(message)


def check_same_images(out: Path, known: Values, recipe: Recipe) -> None:
    """Refuse a run whose images would be others today.

    Raises
    ------
    OutputError
        Naming the first difference.
    """
    now = {**recipe.manifest, "labels": known["labels"]}
    difference = difference_between(known, now)
    if difference is not None:
        message = (
            f"{out} cannot be labelled: {difference}. Undo that change: labels are made from the "
            "original configuration and art, by the same versions."
        )
        raise OutputError(message)


def check_labels_in_shards(old: Recipe, recipe: Recipe) -> None:
    """Refuse labels that are stored in shards, beside the images.

    Raises
    ------
    OutputError
        Naming the first of them.
    """
    if not recipe.container.sharded:
        return
    before = old.info.labels.formats
    has_segments = any(find_format(name).segments for name in before)
    segmented = has_segments or not recipe.container.segments
    beside = {one.name for one in formats_beside(recipe.info)}
    for name in recipe.info.labels.formats:
        inside = name in beside or (find_format(name).segments and not segmented)
        if name not in before and inside:
            message = (
                f'--labels has "{name}", which puts labels into the shards of output.container = '
                f'"{recipe.container.name}", beside the images; make the dataset with it at once, '
                "in another --out."
            )
            raise OutputError(message)


@os_errors_as(OutputError)
def keep_all(recipe: Recipe, out: Path, options: Options) -> list[Earlier]:
    """Keep the images of the run in `out`, all of which must be there, and return them.

    Raises
    ------
    OutputError
        If some are not. No label has been changed then.
    """
    current = read_manifest(out / JOURNAL)
    if current is None or not (out / JOURNAL).is_dir():
        message = (
            f"{out} has no journal ({JOURNAL}), which lists its images; make the dataset with its "
            "labels at once, in another --out."
        )
        raise OutputError(message)
    uploads = options.uploads
    journal = Earlier(
        old_recipe(recipe, current), recipe, current, out / JOURNAL, out, uploads=uploads
    )
    there = np.zeros(recipe.count, bool)
    for one in (journal, *find_earlier(recipe, out, read_all=options.check, uploads=uploads)):
        there |= one.find_images()
    if not there.all():
        message = (
            f"{out} lacks {np.count_nonzero(~there):,} of its {recipe.count:,} images, or labels "
            "beside them; make them again with imggen verify --repair first."
        )
        raise OutputError(message)
    if current != recipe.manifest:
        keep_images(out, current)
    return find_earlier(recipe, out, read_all=options.check, uploads=uploads)
