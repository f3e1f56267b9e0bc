"""The settings of encoders. Workers have them without the models of the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from imggen.config import Effort


class CodecSettings(Protocol):
    """The settings of `[output]` that encoders read: see docs/configuration.md."""

    @property
    def encoding(self) -> str:
        """The format of an image: "png", "jpeg", "webp", or "pixels" for bare pixels."""

    @property
    def quality(self) -> int:
        """The quality of lossy formats, 1 to 100."""

    @property
    def subsampling(self) -> str:
        """The subsampling of colours, for JPEG: "4:2:0", "4:2:2" or "4:4:4"."""

    @property
    def effort(self) -> Effort:
        """The effort to make a PNG smaller."""


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
