"""The plan of all images as a table."""

from __future__ import annotations

import copy
import html
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, SupportsIndex, overload

import pandas as pd

from imggen.dataset.positions import check_position
from imggen.formats.data_csv import make_rows
from imggen.run.recipe import make_recipe, say_changes

if TYPE_CHECKING:
    from imggen.config import Config

LOGGER = logging.getLogger("imggen")
SHOWN_ROWS = 10
AT_ONCE = 1000  # rows, of those that are asked for one by one

Row = dict[str, str | int | float | None]  # by column


class Planned:
    """The images of a configuration, planned a segment at a time as they are asked for.

    A sequence of rows: `plan[7]` is that of image 7, `plan[100:200]` a part of the plan.

    Attributes
    ----------
    config
        The configuration.

    Examples
    --------
    >>> plan = imggen.plan("assets")
    >>> plan
    <imggen.plan of 'article': 200 images>
    >>> plan[7]["character"]
    'pirate'
    >>> [row["object"] for row in plan[:3]]
    ['anchor', 'bananas', 'barrel']
    """

    def __init__(self, config: Config) -> None:
        self._recipe = make_recipe(config)
        changes = say_changes(self._recipe)
        for sentence in filter(None, (changes, *self._recipe.library.warnings)):
            LOGGER.warning(sentence)
        self._images = range(self._recipe.count)
        self.config = config

    def __len__(self) -> int:
        return len(self._images)

    @overload
    def __getitem__(self, position: SupportsIndex) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> Planned: ...
    def __getitem__(self, position: SupportsIndex | slice) -> Row | Planned:
        """Return the row of one image, by column, or a slice of the plan.

        Parameters
        ----------
        position
            The place of an image, or a slice.

        Returns
        -------
        dict or Planned
            The row of `data.csv`: str, int or float by column; None where nothing is drawn.

        Raises
        ------
        IndexError
            Beyond the end.
        TypeError
            If `position` is not a whole number.
        """
        if isinstance(position, slice):
            return self._part(self._images[position])
        place = check_position(position, len(self), "plan")
        return next(iter(self._part(self._images[place : place + 1])))

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), AT_ONCE):
            stop = min(start + AT_ONCE, len(self))
            for row in self.to_pandas(start, stop).to_dict("records"):
                yield {str(name): None if pd.isna(value) else value for name, value in row.items()}

    def __repr__(self) -> str:
        return f"<imggen.plan of {self.config.dataset.name!r}: {len(self):,} images>"

    def to_pandas(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Return the rows of `data.csv` of images `start` to `stop`.

        Parameters
        ----------
        start
            The place of the first image.
        stop
            The place after the last one. Default: the end.

        Returns
        -------
        pandas.DataFrame
            A row for each image, by its index. Columns: the variant of each layer; what is drawn of
            places, `vary` and `[camera]`, float64, Int64 or str; the split, if there are any; and
            the image's name.

        Raises
        ------
        IndexError
            If there are no such images.

        Examples
        --------
        >>> plan.to_pandas(2, 4)
          background character  object generated image
        2     forest      mage  barrel      generated2
        3  countryside    pirate    none      generated3
        """
        stop = len(self) if stop is None else stop
        if not 0 <= start < stop <= len(self):
            message = f"images {start} to {stop} are not among the {len(self):,} of the plan"
            raise IndexError(message)
        images = self._images[start:stop]
        first, last = sorted((images[0], images[-1]))
        segment = self._recipe.segments.part(first, last + 1)
        rows = make_rows(segment, self._recipe.namer, 0, last + 1 - first)
        return rows.set_index(pd.RangeIndex(first, last + 1)).loc[list(images)]

    def _part(self, images: range) -> Planned:
        """Return the plan of these images."""
        part = copy.copy(self)
        vars(part).update(_images=images)
        return part

    def _repr_html_(self) -> str:
        """Return the first rows as a table, for notebooks."""
        rows = min(SHOWN_ROWS, len(self))
        title = f"{html.escape(self.config.dataset.name)}: {len(self):,} images, the first {rows}"
        return f"<p>{title}</p>{self.to_pandas(0, rows).to_html()}" if rows else f"<p>{title}</p>"
