"""All checks of a configuration, and the settings that each check reads."""

from __future__ import annotations

from imggen.config.agreeing import check_value_correlates
from imggen.config.camera import check_camera
from imggen.config.canvas import check_canvas
from imggen.config.chances import CHANCES
from imggen.config.conflicts import check_conflicts
from imggen.config.correlations import check_correlate
from imggen.config.dataset import check_sampling
from imggen.config.deciding import check_deciding, has_own
from imggen.config.depth import check_depths
from imggen.config.edges import check_edges
from imggen.config.families import check_family
from imggen.config.grid import check_grid
from imggen.config.image_name import NAME_FIELDS, SPLIT, check_image_name
from imggen.config.instanced import check_instanced
from imggen.config.instances import check_instances
from imggen.config.joints import check_joint
from imggen.config.keypoints import check_keypoints, check_mirrors
from imggen.config.keys import Keys
from imggen.config.labels import check_labels, check_opacity, load_format
from imggen.config.layer import Layer, check_chances, check_counts, check_parts, check_size
from imggen.config.layer_class import check_class
from imggen.config.licences import check_address, check_date, check_texts, check_version
from imggen.config.models import Config
from imggen.config.names import check_safe, fold, take_name
from imggen.config.output import check_lossless
from imggen.config.place import check_place, check_place_when
from imggen.config.plain import (
    AXES,
    CAMERA,
    FAMILY_COLUMN,
    MEMBER_COLUMN,
    PAIR_COLUMN,
    VARIED,
    VIEW,
)
from imggen.config.problems import ANY, Problems
from imggen.config.rules import check_rule
from imggen.config.splits import (
    Split,
    check_hold_out,
    check_no_splits,
    check_own,
    check_scenes_first,
    check_sizes,
    check_stratify,
)
from imggen.config.vary import check_vary
from imggen.config.vary_when import check_vary_when
from imggen.config.view_checks import check_views
from imggen.errors import ConfigError
from imggen.urls import readable

NAMES: Keys = ("layer", ANY, "name")
IMAGE_COLUMN: Keys = ("dataset", "image_column")
IMAGE_NAME: Keys = ("dataset", "image_name")
VARIES: tuple[Keys, ...] = (("layer", ANY, "vary"), ("layer", ANY, "vary_when"))
SAMPLING: Keys = ("dataset", "sampling")
STRATIFY: Keys = ("dataset", "stratify")


def check_config(config: Config, problems: Problems) -> None:
    """Add to `problems` all settings that contradict each other or cannot be met."""
    problems.check([("layer",)], check_some_layer, config)
    check_names(config, problems)
    problems.check([("canvas",), ("output",)], check_canvas, config.canvas, config.output)
    problems.check([("output", "lossless"), ("output",)], check_lossless, config.output)
    for depth in range(len(config.layer)):
        check_layer_table(config, depth, problems)
    problems.check([("camera",)], check_camera, config.camera)
    check_dependences(config, problems)
    problems.check([("dataset", "unique"), SAMPLING], check_sampling, config.dataset)
    check_splits(config, problems)
    problems.check([("correlate",), ("split",), NAMES, *VARIES], check_value_correlates, config)
    keys = ("place", "place_when", "vary", "vary_when", "counts", "instances")
    reads = [("dataset",), NAMES, *(("layer", ANY, key) for key in keys), ("split",)]
    problems.check([*reads, ("correlate",)], check_family, config)
    reads = [("view",), ("dataset",), NAMES, *(("layer", ANY, key) for key in keys), ("split",)]
    problems.check(reads, check_views, config)
    fields = [layer.name for layer in config.layer] + ([SPLIT] if config.split else [])
    fields += [VIEW] if config.view else []
    reads = [IMAGE_NAME, NAMES, ("split",), ("view",)]
    problems.check(reads, check_image_name, config.dataset.image_name, fields)
    reads = [("labels",), NAMES, *VARIES, ("split", ANY, "name"), IMAGE_NAME]
    problems.check(reads, check_labels, config)
    formats = [load_format(name).check_config for name in config.labels.formats]
    problems.check_each(reads, [*formats, check_opacity], config)
    reads = [("output",), ("labels",), IMAGE_NAME, NAMES]
    problems.check(reads, config.output.traits.check_config, config)
    everything: list[Keys] = [("layer",), ("rule",), ("joint",), ("correlate",), ("split",)]
    problems.check([*everything, ("dataset",), ("labels",)], check_instanced, config)
    problems.check([("layer",)], check_depths, config.layer)
    problems.check([("layer",), ("view",)], check_edges, config)
    problems.check(
        [SAMPLING, *everything, ("dataset",), ("view",), ("camera",)], check_grid, config
    )


def check_some_layer(config: Config) -> None:
    """Refuse a configuration without layers."""
    if not config.layer:
        raise ConfigError("layer is an empty list; expected at least one [[layer]].")


def check_names(config: Config, problems: Problems) -> None:
    """Refuse names that are unsafe, or that two columns of the table would share."""
    dataset = config.dataset
    problems.check([("dataset", "name")], check_safe, "dataset.name", dataset.name)
    texts = ("description", "licence", "author", "url")
    for key in texts:
        problems.check([("dataset", key)], check_texts, "dataset", dataset, (key,))
    problems.check([("dataset", "url")], check_address, "dataset.url", dataset.url)
    problems.check([("dataset", "version")], check_version, "dataset.version", dataset.version)
    problems.check([("dataset", "published")], check_date, "dataset.published", dataset.published)
    problems.check([IMAGE_COLUMN], check_safe, "dataset.image_column", dataset.image_column)
    taken = {fold(dataset.image_column): "dataset.image_column"}
    problems.check([("camera",)], take_camera_columns, taken, config)
    problems.check([IMAGE_COLUMN, ("split",), ("view",)], take_own_columns, taken, config)
    names: dict[str, str] = {}
    for place, view in enumerate(config.view):
        called = f"name of view {place + 1}"
        problems.check([("view", place, "name")], check_safe, called, view.name)
        owner = f"view {place + 1}"
        problems.check([("view", place, "name")], take_name, names, called, view.name, owner)
    for depth, layer in enumerate(config.layer):
        problems.check([("layer", depth, "name")], take_layer_name, taken, layer, depth + 1)
        problems.check([("layer", depth)], take_layer_columns, taken, config, layer, depth + 1)


def check_layer_table(config: Config, depth: int, problems: Problems) -> None:
    """Check the layer at `depth`, and the earlier layers that its place depends on."""
    layer = config.layer[depth]
    called, own = f"layer.{layer.name}", ("layer", depth)
    folder = (*own, "folder")
    problems.check([folder], readable, f"{called}.folder", config.root, layer.folder, ConfigError)
    chances = [(*own, key) for key in CHANCES]
    problems.check([*chances, folder], check_chances, layer, config.root)
    problems.check([(*own, "counts"), SAMPLING], check_counts, layer, config.dataset.sampling)
    if layer.instances is not None:
        key = f"{called}.instances"
        problems.check([(*own, "instances")], check_instances, key, layer.instances)
    check_layer_places(config, depth, problems)
    check_layer_looks(config, depth, problems)
    problems.check([(*own, "parts")], check_parts, layer)
    check_layer_keypoints(config, depth, problems)
    if layer.art is not None:
        keys = ("licence", "author", "source")
        problems.check([(*own, "art")], check_texts, f"{called}.art", layer.art, keys)
    problems.check([(*own, "size"), (*own, "fit"), NAMES], check_size, layer)
    problems.check([(*own, "class"), (*own, "classes_from"), NAMES], check_class, layer)


def check_layer_places(config: Config, depth: int, problems: Problems) -> None:
    """Check where the sprites of the layer at `depth` may be."""
    layer, names = config.layer[depth], [layer.name for layer in config.layer]
    called, own = f"layer.{layer.name}", ("layer", depth)
    place = (*own, "place")
    problems.check([place, NAMES], check_place, layer.place, f"{called}.place", names, depth)
    for position, special in enumerate(layer.place_when):
        problems.check(
            [(*own, "place_when", position), place, NAMES],
            check_place_when,
            special,
            layer.place,
            f"{called}.place_when.{position + 1}",
            names,
            depth,
        )


def check_layer_looks(config: Config, depth: int, problems: Problems) -> None:
    """Check how the sprites of the layer at `depth` vary."""
    layer, names = config.layer[depth], [layer.name for layer in config.layer]
    called, own = f"layer.{layer.name}", ("layer", depth)
    # Also where the canvas is in error: then its mode is the usual one, which refuses no colours.
    mode = config.canvas.mode
    problems.check([(*own, "vary")], check_vary, f"{called}.vary", layer.vary, mode)
    for position, varied in enumerate(layer.vary_when):
        problems.check(
            [(*own, "vary_when", position), NAMES],
            check_vary_when,
            f"{called}.vary_when.{position + 1}",
            varied,
            names,
            mode,
        )


def check_layer_keypoints(config: Config, depth: int, problems: Problems) -> None:
    """Check the keypoints of the layer at `depth`, alone and beside those of earlier layers."""
    layer, key = config.layer[depth], ("layer", depth, "keypoints")
    if layer.keypoints is not None:
        called = f"layer.{layer.name}.keypoints"
        problems.check([key], check_keypoints, called, layer.keypoints)
        every = [one.keypoints for one in config.layer[: depth + 1] if one.keypoints is not None]
        problems.check([key, ("layer", ANY, "keypoints")], check_mirrors, called, every)


def check_dependences(config: Config, problems: Problems) -> None:
    """Check rules, joint tables and correlations, each by itself and all against each other."""
    names = [layer.name for layer in config.layer]
    for k, rule in enumerate(config.rule):
        problems.check([("rule", k), NAMES], check_rule, f"rule.{k + 1}", rule, names)
    for k, joint in enumerate(config.joint):
        problems.check([("joint", k), NAMES], check_joint, f"joint.{k + 1}", joint, names)
    for k, one in enumerate(config.correlate):
        problems.check([("correlate", k), NAMES], check_correlate, f"correlate.{k + 1}", one, names)
    reads: list[Keys] = [("rule",), ("joint",), ("correlate",), ("split",), NAMES]
    problems.check([*reads, ("layer", ANY, "counts")], check_conflicts, config)


def check_splits(config: Config, problems: Problems) -> None:
    """Check splits, each by itself and all together, and the dataset settings that need them."""
    dataset, splits, names = config.dataset, config.split, [layer.name for layer in config.layer]
    if not splits:
        reads: list[Keys] = [STRATIFY, ("dataset", "disjoint"), ("split",)]
        problems.check(reads, check_no_splits, dataset)
        return
    taken: dict[str, str] = {}
    for k, split in enumerate(splits):
        problems.check([("split", k, "name")], take_split_name, taken, split, k + 1)
    sizes = [("split", ANY, "share"), ("split", ANY, "count"), ("split", ANY, "name")]
    problems.check(sizes, check_sizes, splits)
    for k, split in enumerate(splits):
        problems.check([("split", k), ("joint",), NAMES], check_own, split, names, config.joint)
        held: list[Keys] = [("split", k, "hold_out"), ("split", ANY, "hold_out"), NAMES]
        problems.check(held, check_hold_out, split, splits, names)
    problems.check([STRATIFY, NAMES], check_stratify, dataset.stratify or (), names)
    partly = has_own(dataset, splits)
    reads = [("split",), ("dataset",)]
    problems.check(reads, check_scenes_first, dataset, splits, partly=partly)
    tables: list[Keys] = [("layer", ANY, "counts"), ("rule",), ("joint",), ("correlate",)]
    problems.check([*reads, *tables, NAMES], check_deciding, config)


def take_own_columns(taken: dict[str, str], config: Config) -> None:
    """Add the columns of splits, pairs and families to `taken`, if there are any."""
    if config.split:
        take_name(taken, "the column of splits", SPLIT, "the column of splits")
    if config.dataset.pair is not None:
        take_name(taken, "the column of pairs", PAIR_COLUMN, "the column of pairs")
    if config.dataset.family is not None:
        for column in (FAMILY_COLUMN, MEMBER_COLUMN):
            take_name(taken, "a column of families", column, "a column of families")
    if config.view:
        for column in (FAMILY_COLUMN, VIEW):
            take_name(taken, "a column of views", column, "a column of views")


def take_camera_columns(taken: dict[str, str], config: Config) -> None:
    """Add to `taken` the columns with the values that each image draws for the camera."""
    for field in config.camera.drawn if config.camera else ():
        column = f"the {field} column of the camera"
        take_name(taken, column, f"{CAMERA} {field}", column)


def take_layer_name(taken: dict[str, str], layer: Layer, position: int) -> None:
    """Add the name of a layer to `taken`; refuse it if it is unsafe or a field of image names."""
    called = f"name of layer {position}"
    check_safe(called, layer.name)
    if fold(layer.name) in NAME_FIELDS:
        message = f'{called} is "{layer.name}", which is reserved in image_name; rename the layer.'
        raise ConfigError(message)
    take_name(taken, called, layer.name, f"layer {position}")


def take_layer_columns(taken: dict[str, str], config: Config, layer: Layer, position: int) -> None:
    """Add to `taken` the columns with the values that each image draws for a layer."""
    if layer.instances is not None:
        return  # its cell says how many there are
    varied = [field for field in VARIED if config.variation_of(layer).is_drawn(field)]
    for field in (*(AXES if layer.placed_at_random else ()), *varied):
        column = f"the {field} column of layer {position}"
        take_name(taken, column, f"{layer.name} {field}", column)


def take_split_name(taken: dict[str, str], split: Split, position: int) -> None:
    """Add the name of a split to `taken`; refuse it if it is unsafe."""
    called = f"name of split {position}"
    check_safe(called, split.name)
    take_name(taken, called, split.name, f"split {position}")
