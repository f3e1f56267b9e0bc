"""`[dataset]`: the number of images, how their variants are drawn, and their names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from imggen.config.base import Model, Names
from imggen.config.licences import LICENCE, Text
from imggen.errors import ConfigError

PAIR_SIZE = 2
FREE = ("random", "sobol", "latin")  # ways to sample that draw each layer of each image by itself


class Family(Model):
    """Images of one scene that differ in the variant of `layer` or, with `vary`, in that value.

    `size` is how many there are: a number of variants, drawn without replacement, or all of them,
    or all values, in their order.
    """

    layer: str = Field(description="the name of a layer")
    size: Annotated[int, Field(ge=2, le=1000)] | Literal["all"] = Field(
        "all", description='a whole number from 2 to 1000, or "all"'
    )
    vary: str | None = Field(None, description='a key of vary, like "blend"')


class Dataset(Model):
    """The number of images, how their variants are drawn, and their names."""

    name: str = Field("dataset", description="a name in quotes")
    description: Text | None = Field(None, description="a text in quotes")
    licence: Text | None = Field(None, description=LICENCE)
    author: Text | None = Field(None, description="a name in quotes")
    url: Text | None = Field(None, description="an address in quotes")
    version: Text | None = Field(None, description='a version in quotes, like "1.0.0"')
    published: Text | None = Field(None, description='a date in quotes, like "2026-11-28"')
    seed: int = Field(0, ge=0, lt=2**64, description="a whole number from 0 to 2^64 - 1")
    count: int = Field(200, ge=1, le=10**12, description="a whole number, 1 or more")
    sampling: Literal["random", "sobol", "latin", "all", "grid", "quota"] = Field(
        "random", description='"random", "sobol", "latin", "all", "grid" or "quota"'
    )
    unique: bool = Field(default=False, description="true or false")
    image_name: str = Field("{index}", description='a name like "image{index}"')
    image_column: str = Field("image", description="a column name in quotes")
    stratify: Names | None = Field(
        None, min_length=1, description='names of layers, like ["character"]'
    )
    disjoint: Literal["scenes", "combinations"] | None = Field(
        None, description='"scenes" or "combinations"'
    )
    pair: str | None = Field(None, description="the name of a layer")
    family: Family | None = Field(None, description='a table, like { layer = "object", size = 4 }')

    @property
    def asked(self) -> int | None:
        """The number of images that was asked for; None if it is the default."""
        return self.count if "count" in self.model_fields_set else None

    @property
    def families(self) -> Family | None:
        """The families of images that `family` or `pair` asks for; None if there are none."""
        return self.family if self.pair is None else Family(layer=self.pair, size=PAIR_SIZE)

    @property
    def scenes_first(self) -> str | None:
        """The setting that makes an image's variants decide its split, or None."""
        if self.stratify is not None:
            return "dataset.stratify"
        if self.disjoint == "combinations" and not self.unique:
            return 'dataset.disjoint = "combinations"'
        if self.sampling not in FREE:
            return f'dataset.sampling = "{self.sampling}"'
        return None


def check_sampling(dataset: Dataset) -> None:
    """Refuse `unique` together with sampling that repeats combinations of variants."""
    if dataset.unique and dataset.sampling in (*FREE[1:], "grid"):
        message = (
            f'dataset.unique is true and dataset.sampling is "{dataset.sampling}", which is about '
            'values and repeats combinations of variants; use "random", or remove unique.'
        )
        raise ConfigError(message)
