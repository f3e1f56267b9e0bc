"""What must hold of names and classes for the readers of a format to take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from imggen.config.image_name import (
    FIELD,
    SPLIT,
    Piece,
    has_split_folders,
    parse,
    split_parts,
    with_split,
)
from imggen.config.sentences import show
from imggen.errors import PlanError
from imggen.formats.picture import About
from imggen.formats.yolo_file import CALLED, TRAIN, folders
from imggen.store.layout import IMAGES

MOST_CLASSES = 255  # values of a byte, without 0


def check_formats(about: About, image_name: str) -> None:
    """Refuse what a reader of one of the formats would misread.

    Raises
    ------
    PlanError
        With one sentence on the first thing that is wrong.
    """
    template = with_split(image_name) if about.splits else image_name
    for name in about.labels.formats:
        for check in () if about.sharded and name in BY_FOLDER else CHECKS.get(name, ()):
            check(about, name, template)


def check_splits(about: About, name: str, template: str) -> None:
    """Refuse splits that YOLO's `data.yaml` cannot name."""
    if TRAIN not in folders(about.splits):
        message = (
            f'labels.formats has "{name}", which needs a split called '
            f"{' or '.join(CALLED[TRAIN])}; the splits are {', '.join(about.splits)}."
        )
        raise PlanError(message)
    if about.splits and not has_split_folders(template):
        message = (
            f'{FIELD} is {show(template)}, but labels.formats has "{name}", which needs a folder '
            f"for each split; begin it with {{{SPLIT}}}/."
        )
        raise PlanError(message)


def check_folders(about: About, name: str, template: str) -> None:
    """Refuse images of which readers of YOLO would not find the labels, or that they pass over.

    They put `labels` for the last folder called `images`, and do not see hidden names.
    """
    values = {**dict(about.layers), SPLIT: about.splits}
    parts = split_parts(parse(template))
    if any(can_be(IMAGES, part, values) for part in parts[:-1]):
        message = (
            f'{FIELD} is {show(template)}, which may put an image in a folder "{IMAGES}"; '
            f'labels.formats has "{name}", whose readers would not find its labels then.'
        )
        raise PlanError(message)
    if any(can_begin_with_dot(part, values) for part in parts):
        message = (
            f"{FIELD} is {show(template)}, which may give a name that begins with a dot; "
            f'labels.formats has "{name}", whose readers do not see such files.'
        )
        raise PlanError(message)


def can_be(text: str, part: Sequence[Piece], values: Mapping[str, Sequence[str]]) -> bool:
    """Whether `part` of a path may be `text`, which has no digits, with its fields filled in."""
    if not part:
        return not text
    starts = choices(part[0], values)
    return any(
        text.startswith(start) and can_be(text[len(start) :], part[1:], values) for start in starts
    )


def can_begin_with_dot(part: Sequence[Piece], values: Mapping[str, Sequence[str]]) -> bool:
    """Whether `part` of a path may begin with a dot."""
    return any(start.startswith(".") for start in choices(part[0], values))


def choices(piece: Piece, values: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """What `piece` may be filled with; an index has digits only, so nothing is said of it."""
    return (piece.text,) if piece.field is None else values.get(piece.field, ())


def check_spaces(about: About, name: str, template: str) -> None:
    """Refuse names of images that would not be one word in a list."""
    values = {**dict(about.layers), SPLIT: about.splits}
    for piece in parse(template):
        spaced = next((text for text in choices(piece, values) if " " in text), None)
        if spaced is not None:
            message = (
                f"{FIELD} is {show(template)}, which gives names with spaces ({show(spaced)}); "
                f'labels.formats has "{name}", whose lists of names hold none.'
            )
            raise PlanError(message)


def check_number(about: About, name: str, template: str) -> None:
    """Refuse more classes, or instances in an image, than a byte can number."""
    del template
    for count, what in (
        (len(about.classes.names), "classes"),
        (len(about.classes.depths), "layers"),
    ):
        if count > MOST_CLASSES:
            message = (
                f'labels.formats has "{name}", which number up to {MOST_CLASSES} {what}; there are '
                f'{count}. Name fewer layers in labels.layers, or set labels.category = "layer".'
            )
            raise PlanError(message)


BY_FOLDER = ("yolo", "yolo-segment")  # found by the folders of images, which shards have none of
CHECKS: dict[str, tuple[Callable[[About, str, str], None], ...]] = {
    "yolo": (check_splits, check_folders),
    "yolo-segment": (check_splits, check_folders),
    "voc": (check_spaces,),
    "masks": (check_number,),
}
