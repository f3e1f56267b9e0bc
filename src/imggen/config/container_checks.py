"""What must hold of containers: settings that mean something, and labels that fit in."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.config.image_name import FIELD, Piece, parse, split_parts
from imggen.config.models import Config
from imggen.config.output import ARRAYS, Output
from imggen.config.sentences import show
from imggen.errors import ConfigError

# What to do instead of label formats that have no place with a container.
LEAVE_OUT = "so leave out the format"
TOKENS = "marketplaces read a file for each image, so leave out the container"
COCO = '"coco" is written beside it and has the same {}, so give that'
IN_TAR = {
    "imagefolder": f"`datasets` reads its shards as they are, {LEAVE_OUT}",
    "classes": f"labels.class_layer alone puts the class into each sample, {LEAVE_OUT}",
    **dict.fromkeys(("erc721", "solana"), TOKENS),
}
IN_PARQUET = {
    **IN_TAR,
    "classes": f"it has a column of classes for each layer, {LEAVE_OUT}",
    **dict.fromkeys(("yolo", "voc"), f'its column "objects" has the same boxes, {LEAVE_OUT}'),
    **dict.fromkeys(("yolo-segment", "masks"), COCO.format("masks")),
}
IN_ARRAYS = {
    **IN_PARQUET,
    "imagefolder": 'give output.container = "parquet", which `datasets` reads',
    "classes": f"its latents_classes say what each layer shows, {LEAVE_OUT}",
    **dict.fromkeys(("yolo", "voc"), COCO.format("boxes")),
}
INSTEAD: dict[str, dict[str, str]] = {
    "files": {},
    "webdataset": IN_TAR,
    "parquet": IN_PARQUET,
    **dict.fromkeys(ARRAYS, IN_ARRAYS),
}
DOT = "."
COLUMNS = ("image", "text", "objects")  # of Parquet, besides those that no layer may be called as


def check_container(config: Config) -> None:
    """Refuse what the container of images cannot hold, or has no use for.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    output = config.output
    check_meaning(output)
    for name in config.labels.formats:
        instead = INSTEAD[output.container].get(name)
        if instead is not None:
            message = (
                f'labels.formats has "{name}", which has no place with output.container = '
                f'"{output.container}"; {instead}.'
            )
            raise ConfigError(message)
    if output.container == "webdataset":
        check_key(config.dataset.image_name)
    if output.container == "parquet":
        check_columns([layer.name for layer in config.layer])


def check_meaning(output: Output) -> None:
    """Refuse settings that mean nothing with this container; defaults ask for nothing.

    The resolved configuration spells them out, and can so be made again with another container.
    """
    for key in output.without_meaning:
        if getattr(output, key) != Output.model_fields[key].default:
            message = (
                f"output.{key} is {show(getattr(output, key))}, which means nothing with "
                f'output.container = "{output.container}"; leave one of them out.'
            )
            raise ConfigError(message)


def check_key(template: str) -> None:
    """Refuse a dot where a reader would end the name: from there on, it is an extension."""
    if any(DOT in piece.text for piece in split_parts(parse(template))[-1]):
        message = (
            f'{FIELD} is {show(template)}, but names in output.container = "webdataset" end at '
            'their first dot; leave it out, like "{index}".'
        )
        raise ConfigError(message)


def check_columns(layers: Sequence[str]) -> None:
    """Refuse layers that are called as another column."""
    for name in layers:
        if name in COLUMNS:
            message = (
                f'a layer is called "{name}", which output.container = "parquet" has another '
                "column for; rename the layer."
            )
            raise ConfigError(message)


def fields_of_key(template: str) -> tuple[str, ...]:
    """The fields that the last part of an image's name is filled with."""
    return tuple(
        piece.field
        for piece in split_parts(parse(template))[-1]
        if piece != Piece(piece.text) and piece.field is not None
    )
