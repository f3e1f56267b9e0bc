"""The findings of a report: what is wrong or worth knowing, each as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from imggen.report.page.facts import Facts

Severity = Literal["wrong", "note"]


@dataclass(frozen=True)
class Heat:
    """A table of counts to be shown as squares."""

    table: npt.NDArray[np.int64]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    titles: tuple[str, str]


@dataclass(frozen=True)
class Bars:
    """Shares by name: what was asked for, and what there is."""

    names: tuple[str, ...]
    asked: tuple[float, ...] | None
    got: tuple[float, ...]


@dataclass(frozen=True)
class Remark:
    """One thing that is wrong or worth knowing.

    Attributes
    ----------
    kind : a word for it
    severity : "wrong" for what nobody asked for, "note" for what is worth knowing
    sentence : what it is, with its figure
    advice : why it matters and what to do
    images : the indices of images that show it
    chart : a picture of its numbers
    pictures : data URLs of art files
    """

    kind: str
    severity: Severity
    sentence: str
    advice: str = ""
    images: tuple[int, ...] = ()
    chart: Heat | Bars | None = None
    pictures: tuple[str, ...] = ()


Detector = Callable[[Facts], Iterator[Remark]]


def find_all(facts: Facts) -> list[Remark]:
    """Return all findings, wrong ones first."""
    from imggen.report.page.detectors import DETECTORS  # noqa: PLC0415  # they make findings

    found = [one for detect in DETECTORS for one in detect(facts)]
    return sorted(found, key=lambda one: one.severity != "wrong")
