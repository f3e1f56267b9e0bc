"""The number of images that show each variant of a layer with `counts`."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from imggen.config import NONE, REST, Layer
from imggen.errors import AssetError


def read_counts(layer: Layer, files: Collection[str], count: int) -> dict[str, int]:
    """The counts of all variants, which add up to `count`; `files` are the variants with one.

    A name in `layer.counts` goes before a pattern, and a pattern before later ones.

    Raises
    ------
    AssetError
        If a pattern has the rest, or the counts do not add up.
    """
    given = layer.counts or {}
    patterns = [name for name in given if name != NONE and name not in files]
    counts = {name: given[name] for name in given if name not in patterns}
    for pattern in patterns:
        found = [name for name in files if name not in counts and fnmatchcase(name, pattern)]
        if found and given[pattern] == REST:
            raise AssetError(say_shared_rest(layer, pattern))
        counts.update(dict.fromkeys(found or [pattern], given[pattern]))
    named = sum(n for n in counts.values() if isinstance(n, int))
    check_sum(f"layer.{layer.name}.counts", named, count, has_rest=REST in counts.values())
    return {name: n if isinstance(n, int) else count - named for name, n in counts.items()}


def say_shared_rest(layer: Layer, pattern: str) -> str:
    """The sentence on a rest for all variants that match `pattern`."""
    return (
        f'layer.{layer.name}.counts gives "{REST}" to the pattern "{pattern}"; expected it for one '
        "variant, which gets all images that the others leave."
    )


def check_sum(called: str, named: int, count: int, *, has_rest: bool) -> None:
    """Refuse counts that are not those of `count` images."""
    if has_rest and named > count:
        message = (
            f"{called} add up to {named:,} before the rest, and dataset.count is {count:,}; "
            f"expected at most that. Lower them, or set the count to {named:,} or more."
        )
        raise AssetError(message)
    if not has_rest and named != count:
        other = f'let one variant have the "{REST}"' if named < count else "lower them"
        message = (
            f"{called} add up to {named:,}, and dataset.count is {count:,}; expected the same. Set "
            f"the count to {named:,}, or {other}."
        )
        raise AssetError(message)
