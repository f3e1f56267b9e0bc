"""The file names of images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.image_name import FIELD, INDEX, SEPARATOR, SPLIT, TOKEN, with_split
from imggen.config.plain import VIEW
from imggen.config.sentences import show
from imggen.errors import PlanError
from imggen.planning.columns import LayerColumns, layer_columns

if TYPE_CHECKING:
    from imggen.assets import Variants
    from imggen.config import Config
    from imggen.planning.groups import Traits
    from imggen.planning.sampling.splits import Splits

LONGEST_PART = 255  # bytes of a name: the limit of file systems
LONGEST_ENDING = len(".webp.part")  # added to the last part; ".json" is no longer


@dataclass(frozen=True)
class Namer:
    """Fills the `image_name` of the configuration: numbers, `{split}` and the layers' names.

    Attributes
    ----------
    template : as configured, without extension; it holds `{index}` or `{token}`, so names differ
    columns : what an image shows of each layer
    splits : their names
    views : likewise, in the order of the images of each scene
    first_token : what `{token}` is for image 0
    """

    template: str
    columns: tuple[LayerColumns, ...]
    splits: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    first_token: int = 0

    @classmethod
    def of(cls, config: Config, variants: Sequence[Variants]) -> Namer:
        """Return the namer of `config`; splits have folders unless `image_name` names them."""
        template, splits = config.dataset.image_name, tuple(split.name for split in config.split)
        return cls(
            template=with_split(template) if splits else template,
            columns=layer_columns(variants),
            splits=splits,
            views=tuple(view.name for view in config.view),
            first_token=config.labels.collection.first_token,
        )

    def names(self, images: npt.NDArray[np.int64], traits: Traits, splits: Splits) -> Iterator[str]:
        """Yield the names of `images` (n,), which show `traits` (n, slots), of `splits` (n,)."""
        fields = [(one.layer, one.texts, one.rows(traits)) for one in self.columns]
        fields += [(SPLIT, self.splits, splits)] if self.splits else []
        fields += [(VIEW, self.views, images % len(self.views))] if self.views else []
        used = [field for field in fields if f"{{{field[0]}}}" in self.template]
        if not used:
            return (self.fill(index, {}) for index in images.tolist())
        rows = zip(*(column.tolist() for _, _, column in used), strict=True)
        return (
            self.fill(
                index, {field: names[k] for (field, names, _), k in zip(used, row, strict=True)}
            )
            for index, row in zip(images.tolist(), rows, strict=True)
        )

    def fill(self, index: int, values: Mapping[str, str]) -> str:
        """Return the name of an image with `values` of the other fields."""
        numbers = {INDEX: index, TOKEN: index + self.first_token}
        return self.template.format(**{**numbers, **values})

    def shown(self, traits: npt.NDArray[np.unsignedinteger[Any]]) -> str:
        """Describe what an image with `traits` (slots,) shows, for people to read."""
        return ", ".join(f"{one.layer} {one.shown(traits)}" for one in self.columns)


def check_lengths(config: Config, variants: Sequence[Variants], count: int) -> None:
    """Refuse names of `count` images in files of their own that no file system would take.

    Raises
    ------
    PlanError
        Saying how long one may be.
    """
    if not config.output.traits.loose:
        return
    namer = Namer.of(config, variants)
    longest = {one.layer: longest_of(one.texts) for one in namer.columns}
    longest |= {SPLIT: longest_of(namer.splits)} if namer.splits else {}
    longest |= {VIEW: longest_of(namer.views)} if namer.views else {}
    *folders, last = namer.fill(count - 1, longest).split(SEPARATOR)
    parts = [*((part, LONGEST_PART) for part in folders), (last, LONGEST_PART - LONGEST_ENDING)]
    for part, most in parts:
        size = len(part.encode())
        if size > most:
            message = (
                f"{FIELD} is {show(namer.template)}, which may give a name of {size} bytes; "
                f"expected at most {most}. Shorten the names of variants, or leave a field out."
            )
            raise PlanError(message)


def longest_of(names: Sequence[str]) -> str:
    """Return the name that takes most bytes."""
    return max(names, key=lambda name: len(name.encode()))
