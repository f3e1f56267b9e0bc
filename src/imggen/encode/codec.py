"""The settings of encoders, as workers have them: without the models of the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from imggen.config import Effort


class CodecSettings(Protocol):
    """What encoders read of `[output]`, see docs/configuration.md."""

    @property
    def encoding(self) -> str:
        """How pixels are stored: in the format of a file, or as they are, "pixels"."""

    @property
    def quality(self) -> int:
        """From 1 to 100, for lossy formats."""

    @property
    def subsampling(self) -> str:
        """The subsampling of colours, for JPEG: "4:2:0", "4:2:2" or "4:4:4"."""

    @property
    def effort(self) -> Effort:
        """How long to search for a smaller encoding, for PNG."""


@dataclass(frozen=True)
class Codec:
    """Settings of encoders."""

    encoding: str
    quality: int
    subsampling: str
    effort: Effort

    @classmethod
    def of(cls, settings: CodecSettings) -> Self:
        """Return the same settings without anything else."""
        return cls(settings.encoding, settings.quality, settings.subsampling, settings.effort)
