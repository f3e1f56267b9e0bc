"""The functions of `imggen`: `load`, `plan`, `render` and `generate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal, SupportsIndex

import PIL.Image

from imggen.api.arguments import check_memory, check_out, check_workers, existing, listed
from imggen.api.planned import Planned
from imggen.api.progress import open_progress
from imggen.api.sentences import errors_for_python
from imggen.config import Config
from imggen.dataset import Dataset
from imggen.dataset.arguments import ConfigSource, check_flag, config_from, with_arguments
from imggen.dataset.size import Size, errors_of_size, setting_of
from imggen.errors import InputError
from imggen.report.afterwards import Reporter
from imggen.run import Options, Summary
from imggen.run import generate as run
from imggen.run.limits import default_workers

ImageFormat = Literal["png", "jpeg", "webp"]


def load(config: ConfigSource = None, overrides: Mapping[str, Any] | None = None) -> Config:
    """Return a configuration, checked as far as it can be without its art.

    Parameters
    ----------
    config
        A TOML file, a folder with an `imggen.toml`, the URL of either, settings as TOML gives them
        (whose folders are relative to the working directory) or a `Config`. Default:
        ./imggen.toml if there is one, else the sample.
    overrides
        Settings by dotted key, of `dataset`, `canvas`, `output` and `labels`, in place of those in
        `config`.

    Returns
    -------
    Config
        Its attributes are the tables of the TOML; printed, it is TOML with every default.

    Raises
    ------
    InputError
        With a line for each error.

    Examples
    --------
    >>> config = imggen.load("assets", {"dataset.count": 1000})
    >>> config
    <imggen Config 'article': 1,000 images of background, character, object>
    >>> config.canvas.size
    (1920, 1078)
    """
    with errors_for_python():
        return config_from(config, {} if overrides is None else overrides)


def plan(
    config: ConfigSource = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    count: int | None = None,
    seed: int | None = None,
) -> Planned:
    """Load the art and plan all images; nothing is rendered or written.

    Parameters
    ----------
    config
        As in `load`.
    overrides
        As in `load`.
    count
        The number of images, in place of `dataset.count`.
    seed
        In place of `dataset.seed`.

    Returns
    -------
    Planned
        A sequence of rows, one per image, and a table.

    Raises
    ------
    InputError
        If the configuration or the art cannot be used, or no plan can satisfy it.

    Examples
    --------
    >>> plan = imggen.plan("assets", count=1000)
    >>> plan.to_pandas()["character"].value_counts()["mage"].item()
    412
    """
    with errors_for_python():
        given = {"dataset.count": count, "dataset.seed": seed}
        return Planned(config_from(config, *with_arguments(overrides, given)))


def render(
    source: ConfigSource | Dataset,
    index: SupportsIndex,
    overrides: Mapping[str, Any] | None = None,
    *,
    size: Size | None = None,
) -> PIL.Image.Image:
    """Return image `index` as a Pillow image: its pixels are those of the file of a run.

    Each call loads the art; for many images, give a `Dataset` or index that.

    Parameters
    ----------
    source
        A configuration, as in `load`, or a `Dataset`.
    index
        From 0; a negative one counts from the end.
    overrides
        As in `load`, with a configuration.
    size
        (height, width), px, or the shorter side, with a configuration; see `Dataset`.

    Returns
    -------
    PIL.Image.Image
        Of the mode of the canvas: "RGB", "RGBA" or "L".

    Raises
    ------
    InputError
        If the configuration or the art cannot be used.
    IndexError
        If there is no such image.

    Examples
    --------
    >>> imggen.render("assets", 7, size=224).size
    (399, 224)
    """
    with errors_for_python():
        if not isinstance(source, Dataset):
            source = Dataset(source, overrides=overrides, size=size)
        elif overrides is not None or size is not None:
            raise InputError("overrides and size are for a configuration; give them to Dataset.")
        pixels = source[index]["image"]
        return PIL.Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def generate(
    config: ConfigSource = None,
    out: str | PathLike[str] | None = None,
    *,
    count: int | None = None,
    seed: int | None = None,
    image_format: ImageFormat | None = None,
    labels: Iterable[str] | None = None,
    size: Size | None = None,
    overrides: Mapping[str, Any] | None = None,
    workers: int | None = None,
    memory: int | str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    report: bool = True,
) -> Summary:
    """Make the dataset of `config` in the folder `out`; return its summary.

    The same files as those of `imggen bulk`. In a notebook, a bar shows the progress; elsewhere,
    the logger `imggen` gets a line every 10 seconds, and all warnings. A script that calls it needs
    no `if __name__ == "__main__"`.

    Parameters
    ----------
    config
        As in `load`.
    out
        The folder of the dataset, or its URL in a store. Default: out/NAME.
    count
        The number of images, in place of `dataset.count`.
    seed
        In place of `dataset.seed`.
    image_format
        "png", "jpeg" or "webp", in place of `output.format`.
    labels
        The name of a label format, or several, in place of `labels.formats`.
    size
        (height, width) of images, px, or their shorter side, in place of `output.size`.
    overrides
        As in `load`.
    workers
        The number of processes. Default: all CPUs that this process may use.
    memory
        The bytes, or a text like "2G", that prepared backgrounds may take.
    resume
        Complete what an interrupted run began.
    overwrite
        Replace an earlier run.
    report
        Write `report.html`, a page on what was asked for and what is wrong.

    Returns
    -------
    Summary
        The number of images, their bytes and their digest.

    Raises
    ------
    InputError
        If something cannot be used. Nothing has been written then.
    RunError
        If the run had to stop; what is finished is kept.

    Examples
    --------
    >>> summary = imggen.generate("assets", "data", count=20, size=224, labels="coco")
    >>> summary.images
    20
    >>> from pathlib import Path
    >>> sorted(path.name for path in Path("data/images").iterdir())[0]
    'generated0.png'
    """
    given = {
        "dataset.count": count,
        "dataset.seed": seed,
        "output.format": image_format,
        "output.size": setting_of(size),
        "labels.formats": None if labels is None else listed(labels),
    }
    with errors_for_python(), errors_of_size(size), open_progress() as progress:
        loaded = config_from(config, *with_arguments(overrides, given))
        options = Options(
            out=Path("out", loaded.dataset.name) if out is None else check_out(out),
            workers=default_workers() if workers is None else check_workers(workers),
            existing=existing(resume=resume, overwrite=overwrite),
            memory_bytes=None if memory is None else check_memory(memory),
            afterwards=Reporter(progress) if check_flag("report", report) else None,
        )
        return run(loaded, options, progress)
