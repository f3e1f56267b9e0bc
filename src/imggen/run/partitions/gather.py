"""Merging partitions: check that all images are there, and write what concerns all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.errors import ExplainedError, OutputError
from imggen.planning.ranges import missing
from imggen.run.errors import errors_in_a_sentence
from imggen.run.journal.folder import locked_folder
from imggen.run.journal.journal import Journal
from imggen.run.main import check_settings, finish, plan_memory, say_warnings
from imggen.run.options import Options, Progress, Summary
from imggen.run.partitions.partitions import Note, Partition, bounds_of, read_note
from imggen.run.prepare import journal_of
from imggen.run.recipe import Recipe, make_recipe
from imggen.run.stored.uploads import placed

MOST_NAMED = 20  # partitions that lack images


@dataclass(frozen=True)
class Lack:
    """A partition that lacks `images`."""

    partition: Partition
    images: int


def merge_partitions(options: Options, progress: Progress) -> Summary:
    """Complete the dataset in `options.out`, whose partitions are all made.

    Raises
    ------
    InputError
        If the folder holds no partitions, or its art has changed since.
    RunError
        If images are missing, naming the partitions to make again.
    """
    with placed(options) as how:
        return merge_here(how, progress)


def merge_here(options: Options, progress: Progress) -> Summary:
    """Complete the dataset in the folder `options.out` of this machine."""
    out = options.out
    note = find_note(out)
    config = make_config(Source(note.config), out)
    check_settings(config, options)
    recipe = make_recipe(config, plan_memory(options))
    say_warnings(recipe, progress)
    with errors_in_a_sentence(out), locked_folder(out):
        journal = journal_of(recipe, options)
        journal.check(recipe.manifest, "make all partitions again in another folder")
        progress.say("Looking for the images of all partitions.")
        journal.forget_lost(options.uploads.check(recipe, out), read_all=options.check)
        options.uploads.push()  # records whose files are missing go
        lacking = find_lacking(recipe, journal, note)
        if lacking:
            raise ExplainedError(say_lacking(out, note, lacking))
        return finish(recipe, journal, 0, options)


def find_note(out: Path) -> Note:
    """Return what is noted of the partitions in `out`.

    Raises
    ------
    OutputError
        If there are none.
    """
    note = read_note(out)
    if note is None:
        what = "holds no partitions" if out.is_dir() else "is not a folder"
        message = (
            f"{out} {what}; expected a folder that imggen bulk --partition K/N has written to. "
            "A run without --partition needs no merge."
        )
        raise OutputError(message)
    return note


def find_lacking(recipe: Recipe, journal: Journal, note: Note) -> list[Lack]:
    """Return the partitions that lack images."""
    done = journal.ranges()
    if next(missing(done, 0, recipe.count), None) is None:
        return []
    found = []
    for partition in note:
        left = sum(stop - start for start, stop in missing(done, *bounds_of(recipe, partition)))
        if left:
            found.append(Lack(partition, left))
    return found


def say_lacking(out: Path, note: Note, lacking: Sequence[Lack]) -> str:
    """Return the sentence on the partitions that lack images."""
    images = sum(one.images for one in lacking)
    names = [str(one.partition.number) for one in lacking[:MOST_NAMED]]
    more = len(lacking) - len(names)
    named = ", ".join(names) + (f" and {more:,} more" if more else "")
    which = f"partition {named}" if len(lacking) == 1 else f"partitions {named}"
    return (
        f"{out} lacks {images:,} of {note.images:,} images, of {which} of {note.partitions:,}; "
        f"make {'it' if len(lacking) == 1 else 'these'} with the same command and --partition, "
        "then merge again."
    )
