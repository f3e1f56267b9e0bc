"""The main job: configuration in, dataset out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.config import Config
from imggen.encode.support import check_format
from imggen.run.container import check_container_run
from imggen.run.engine import start_engine
from imggen.run.folder import check_folder, check_reach
from imggen.run.options import Options, Progress, Summary

if TYPE_CHECKING:
    from imggen.run.dataset import Forecast


def generate(config: Config, options: Options, progress: Progress) -> Summary:
    """Make the dataset of `config`.

    Raises
    ------
    InputError
        If something given cannot be used. Nothing has been written then.
    RunError
        If the run had to stop. It can be resumed.
    """
    check_format(config.output)
    check_container_run(config, options)
    check_folder(options.out, options.existing)
    with start_engine(options.workers) as engine:
        # Not before the workers are on their way: what this loads takes as long as they to start.
        from imggen.run.dataset import make_dataset  # noqa: PLC0415

        return make_dataset(config, options, progress, engine)


def foresee(config: Config, options: Options, progress: Progress) -> Forecast:  # noqa: ARG001  # as `generate`
    """What `generate` would take and make; checks the same and leaves nothing behind.

    Without leave to resume or to overwrite, what is in the folder is no error, but told.
    """
    check_format(config.output)
    check_container_run(config, options)
    if options.existing == "refuse":
        check_reach(options.out)
    else:
        check_folder(options.out, options.existing)
    from imggen.run.dataset import foresee_dataset  # noqa: PLC0415  # as above

    return foresee_dataset(config, options)
