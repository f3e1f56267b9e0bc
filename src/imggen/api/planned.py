"""The plan of all images as a table."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from imggen.formats.data_csv import make_rows
from imggen.run.recipe import make_recipe

if TYPE_CHECKING:
    from imggen.config import Config

SHOWN_ROWS = 10


class Planned:
    """The images of a configuration, planned a segment at a time as they are asked for.

    Attributes
    ----------
    config : the configuration

    Raises
    ------
    InputError
        If its art cannot be used, or no plan can satisfy it.
    """

    def __init__(self, config: Config) -> None:
        self._recipe = make_recipe(config)
        self.config = config

    def __len__(self) -> int:
        return self._recipe.count

    def to_pandas(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Return the rows of `data.csv` of images `start` to `stop` (default: all), by index.

        Raises
        ------
        IndexError
            If there are no such images.
        """
        stop = len(self) if stop is None else stop
        if not 0 <= start < stop <= len(self):
            message = f"images {start} to {stop} are not among the {len(self):,} of the plan"
            raise IndexError(message)
        rows = make_rows(
            self._recipe.segments.part(start, stop), self._recipe.namer, 0, stop - start
        )
        return rows.set_index(pd.RangeIndex(start, stop))

    def _repr_html_(self) -> str:
        """Return the first rows as a table, for notebooks."""
        rows = min(SHOWN_ROWS, len(self))
        title = f"{html.escape(self.config.dataset.name)}: {len(self):,} images, the first {rows}"
        return f"<p>{title}</p>{self.to_pandas(0, rows).to_html()}"
