"""Labels of a finished run: they are made of its plan, and no image is drawn, encoded or read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from imggen.assets.url_copies import keep_copies
from imggen.config import Config
from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.errors import InputError, OutputError
from imggen.formats.labeller import formats_beside
from imggen.formats.registry import find_format
from imggen.paths import os_errors_as
from imggen.planning.ranges import merged, missing
from imggen.run.engines.engine import start_engine
from imggen.run.journal.earlier import find_earlier, keep_images, open_earlier
from imggen.run.journal.folder import check_reach, read_names, write_names
from imggen.run.journal.journal import Journal
from imggen.run.journal.manifest import manifest_of
from imggen.run.main import check_settings, make_dataset, plan_memory, useful_workers
from imggen.run.options import Options, Progress, Summary
from imggen.run.prepare import forget_lost, journal_of, own_names
from imggen.run.recipe import Recipe, make_recipe
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
    check_labels_in_shards(known["labels"]["formats"], recipe)
    before = summary["rendered"]
    with start_engine(useful_workers(recipe, options)) as engine:
        made = make_dataset(recipe, options, progress, engine, reopen_journal, before)
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


def check_labels_in_shards(before: Sequence[str], recipe: Recipe) -> None:
    """Refuse labels that are stored in shards, beside the images, and are not among those `before`.

    Raises
    ------
    OutputError
        Naming the first of them.
    """
    if not recipe.container.sharded:
        return
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


def reopen_journal(recipe: Recipe, options: Options, progress: Progress) -> Journal:  # noqa: ARG001  # see `make_dataset`
    """Return the journal of a finished run, whose images are kept: they lack only labels now."""
    out = options.out
    keep_all(recipe, options)
    journal = journal_of(recipe, options)
    forget_lost(recipe, journal, options)
    journal.begin(recipe.manifest)
    write_names(out, own_names(recipe.config) | (read_names(out) or set()))
    options.uploads.push()
    return journal


@os_errors_as(OutputError)
def keep_all(recipe: Recipe, options: Options) -> None:
    """Keep the images of the run in `options.out`, all of which must be there.

    Raises
    ------
    OutputError
        If some are not. No label has been changed then.
    """
    out = options.out
    current = open_earlier(recipe, options, out / JOURNAL)
    if current is None:
        message = (
            f"{out} has no journal ({JOURNAL}), which lists its images; make the dataset with its "
            "labels at once, in another --out."
        )
        raise OutputError(message)
    found = (one.find_images() for one in (current, *find_earlier(recipe, options)))
    there = merged(chain.from_iterable(found))  # the order of images does not depend on labels
    lacking = sum(stop - start for start, stop in missing(there, 0, recipe.count))
    if lacking:
        message = (
            f"{out} lacks {lacking:,} of its {recipe.count:,} images, or labels beside them; make "
            "them again with imggen verify --repair first."
        )
        raise OutputError(message)
    if current.manifest != recipe.manifest:
        keep_images(out, current.manifest)
