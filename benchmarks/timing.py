"""CPU time of contenders that take turns."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers import Encode
from imggen.planning import Scene
from imggen.store import FileStore

SLOW_SECONDS = 0.1  # an image; such contenders sit out some rounds
SLOW_ROUNDS = 3


@dataclass
class Times:
    """CPU seconds an image of one contender, one entry a round; and the bytes of its files.

    Attributes
    ----------
    encode : drawing and encoding, with a write between one image and the next as in a real run
    whole : the same and the write
    """

    encode: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    size_bytes: list[float] = field(default_factory=list)

    def median_ms(self) -> tuple[float, float]:
        """Median of the rounds: encode and whole, ms an image."""
        return statistics.median(self.encode) * 1e3, statistics.median(self.whole) * 1e3

    @property
    def is_slow(self) -> bool:
        """Whether enough is known of a contender that takes its time."""
        return len(self.whole) >= SLOW_ROUNDS and self.whole[0] > SLOW_SECONDS


def take_turns(
    contenders: Mapping[str, Encode], rounds: Sequence[Sequence[Scene]], folder: Path
) -> dict[str, Times]:
    """Time each contender on the scenes of each round; another one begins every round."""
    times = {name: Times() for name in contenders}
    names = list(contenders)
    for number, scenes in enumerate(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            if not times[name].is_slow:
                time_round(contenders[name], scenes, folder, times[name])
    return times


def time_round(encode: Encode, scenes: Sequence[Scene], folder: Path, times: Times) -> None:
    """Time one contender on `scenes`; its files are written to `folder`, and removed untimed."""
    store = FileStore(folder)
    encode_seconds, whole_seconds, size_bytes = 0.0, 0.0, 0
    for number, scene in enumerate(scenes):
        name = f"{number}.image"
        begin = cpu_seconds()
        pieces = encode(scene)
        encoded = cpu_seconds()
        store.put(name, pieces)
        written = cpu_seconds()
        encode_seconds += encoded - begin
        whole_seconds += written - begin
        size_bytes += sum(map(len, pieces))
        (folder / name).unlink()
    store.close()
    times.encode.append(encode_seconds / len(scenes))
    times.whole.append(whole_seconds / len(scenes))
    times.size_bytes.append(size_bytes / len(scenes))


def cpu_seconds() -> float:
    """CPU seconds of this process, and of those it has started that are over."""
    return time.process_time() + child_seconds()


def child_seconds() -> float:
    """CPU seconds of all processes that this one has started and that are over."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
