"""Opens the journal of a run, and the folder that the run writes to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from imggen.config import Config
from imggen.containers import names_owned_by
from imggen.formats.registry import owned_names
from imggen.run.errors import input_errors_as_run_errors
from imggen.run.extend import take_over
from imggen.run.journal.earlier import distrust_earlier, make_earlier
from imggen.run.journal.folder import clear_folder, earlier_settings, read_names, write_names
from imggen.run.journal.journal import Journal
from imggen.run.options import Options, Progress
from imggen.run.recipe import Recipe
from imggen.store.files import PARTIAL
from imggen.store.layout import CONTENT, REPORT, SUMMARY


def open_journal(recipe: Recipe, options: Options, progress: Progress) -> Journal:
    """Return the journal to note progress in, without what is lost or to be overwritten."""
    journal = journal_of(recipe, options)
    if options.check:
        progress.say("Reading all that is there already.")
    if options.existing == "overwrite":
        names = earlier_names(options.out)
        clear_folder(options.out, names)
        options.uploads.clear({*names, *CONTENT})
    else:
        distrust_earlier(options.out)
        take_over(recipe, options.out, options.uploads)
        forget_lost(recipe, journal, options)
    with input_errors_as_run_errors():
        journal.begin(recipe.manifest)
        write_names(options.out, own_names(recipe.config))
        # All else that a killed run left half-written is written again; a report may not be.
        (options.out / f"{REPORT}{PARTIAL}").unlink(missing_ok=True)
        if any(journal.missing((0, recipe.count))):
            (options.out / SUMMARY).unlink(missing_ok=True)  # it would say that all is there
            recipe.container.make(recipe.order, options.out)
    options.uploads.push()
    return journal


def journal_of(recipe: Recipe, options: Options, share: str | None = None) -> Journal:
    """Return the journal of a run, or of the partition of it that is called `share`."""
    kind, lasting = recipe.record_type(recipe.manifest), options.uploads.url is None
    return Journal(options.out, kind, share, lasting=lasting)


def forget_lost(recipe: Recipe, journal: Journal, options: Options) -> None:
    """Forget chunks that lack files; of loose files, the others are kept."""
    check = options.uploads.check(recipe, options.out)
    keep = partial(make_earlier, options.out, recipe.manifest)
    loose = recipe.container.loose
    journal.forget_lost(check, read_all=options.check, keep=keep if loose else None)


def own_names(config: Config) -> set[str]:
    """Return what a run of `config` writes right in its folder, besides what every run does."""
    return names_of(config.output.container, config.labels.formats)


def earlier_names(out: Path) -> set[str]:
    """Return what the run in `out` wrote right there, besides what every run does."""
    noted = read_names(out)
    return names_of(*earlier_settings(out)) if noted is None else noted


def names_of(container: str, formats: Iterable[str]) -> set[str]:
    """Return what a container and label formats write right in a dataset's folder."""
    return {*names_owned_by(container), *owned_names(formats)}
