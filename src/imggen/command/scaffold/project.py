"""A project of the HashLips art engine, or of nftchef's fork: the settings of its config.js."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imggen.command.scaffold.javascript import UNKNOWN, read_constants, read_exported
from imggen.errors import AssetError

LAYERS = "layers"
CONFIGS = ("src/config.js", "src/config.ts", "config.js")
MODES = ("constants/blend_mode.js", "src/blendMode.js", "src/blendMode.ts")
# Settings that only the fork has.
OF_FORK = {"emptyLayerName", "incompatible", "forcedCombinations", "traitValueOverrides"}
OF_FOLDERS = ("blend", "opacity", "trait")  # keys of sublayerOptions
WRITE_OUT = "write it out in {config}, as imggen does not run it."


@dataclass(frozen=True)
class Root:
    """A layer as the engine's layersOrder lists it, which is a folder of its layers.

    Attributes
    ----------
    trait : what the fork calls its attribute, if that is given
    sublayers : options of folders in it, by name, as (name, options)
    """

    folder: str
    name: str
    trait: str | None = None
    blend: str = "source-over"
    opacity: float = 1.0
    bypass: bool = False
    sublayers: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()


@dataclass(frozen=True)
class Edition:
    """One of the layerConfigurations: how many images of which layers, from back to front."""

    name: str
    count: int
    roots: tuple[Root, ...]


@dataclass(frozen=True)
class Project:
    """The configuration of an engine.

    Attributes
    ----------
    config : its file
    layers : the folder of its layers
    is_fork : True for nftchef's
    settings : all of its constants
    exported : the names of those that the engine reads
    """

    config: Path
    layers: Path
    is_fork: bool
    editions: tuple[Edition, ...]
    size: tuple[int, int]
    settings: Mapping[str, Any] = field(repr=False)
    exported: Sequence[str] = ()

    def setting(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # of any kind
        """Return a constant, or `default` if it has another kind than that, or is unknown."""
        value = self.settings.get(name, default)
        wrong = default is not None and not isinstance(value, type(default))
        return default if value is UNKNOWN or wrong else value


def find_project(tree: Path) -> tuple[Path, Path] | None:
    """Return the configuration and the folder of layers of an engine's project, if it is one.

    `tree` is either the project or its folder of layers.
    """
    for project in (tree, tree.absolute().parent):
        layers = project / LAYERS
        if project != tree and tree.absolute().name != LAYERS:
            continue
        for name in CONFIGS:
            if layers.is_dir() and (project / name).is_file():
                return project / name, tree if project != tree else layers
    return None


def read_project(config: Path, layers: Path) -> Project:
    """Return the settings of the project with the file `config`.

    Raises
    ------
    AssetError
        If something in it is needed and missing, of a wrong kind, or computed.
    """
    root = config.parents[1] if config.parent.name == "src" else config.parent
    text = read_text(config)
    settings = read_constants(text, read_modes(root))
    width, height = (needed(settings, config, "format", side) for side in ("width", "height"))
    for side, length in (("width", width), ("height", height)):
        if not isinstance(length, int) or isinstance(length, bool) or length < 1:
            message = f"{config}: format.{side} is {length!r}; expected a whole number of px."
            raise AssetError(message)
    editions = tuple(read_editions(settings, config))
    is_fork = bool(OF_FORK & settings.keys())
    exported = read_exported(text)
    return Project(config, layers, is_fork, editions, (width, height), settings, exported)


def read_text(path: Path) -> str:
    """Return the text of a file."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise AssetError(f"{path} is not UTF-8 text; save it as UTF-8.") from None


def read_modes(project: Path) -> dict[str, object]:
    """Return the constants of the file in `project` that names blend modes, if there is one."""
    paths = (project / name for name in MODES)
    return next((read_constants(read_text(path)) for path in paths if path.is_file()), {})


def needed(settings: Mapping[str, Any], config: Path, name: str, key: str | None = None) -> Any:  # noqa: ANN401
    """Return a setting, or what it has under `key`; refuse one that is missing or computed."""
    value = settings.get(name)
    called = name
    if key is not None:
        called, value = f"{name}.{key}", value.get(key) if isinstance(value, dict) else value
    if value is UNKNOWN:
        message = f"{config}: {called} is computed; {WRITE_OUT.format(config=config.name)}"
        raise AssetError(message)
    if value is None:
        message = (
            f"{config} has no {called}, so it is not a configuration that imggen knows; "
            "give --order to use the folders alone."
        )
        raise AssetError(message)
    return value


def read_editions(settings: Mapping[str, Any], config: Path) -> Sequence[Edition]:
    """Return the layerConfigurations; the counts in the file are sums."""
    if "layerConfigurations" not in settings and "layersOrder" in settings:  # before version 1.1
        count = next((settings[k] for k in ("editionSize", "endEditionAt") if k in settings), None)
        order = needed(settings, config, "layersOrder")
        return [Edition("", whole(count, f"{config}: editionSize"), read_roots(order, config))]
    listed = needed(settings, config, "layerConfigurations")
    if not isinstance(listed, list) or not listed:
        raise AssetError(f"{config}: layerConfigurations is empty; expected at least one.")
    editions, before = [], 0
    for number, one in enumerate(listed, 1):
        called = f"{config}: layerConfigurations {number}"
        if not isinstance(one, dict):
            raise AssetError(f"{called} is computed; {WRITE_OUT.format(config=config.name)}")
        total = whole(one.get("growEditionSizeTo"), f"{called}: growEditionSizeTo")
        if total <= before:
            message = f"{called} grows to {total}, and those before it to {before}; expected more."
            raise AssetError(message)
        texts = [str(one[key]) for key in ("namePrefix", "nameSuffix") if one.get(key)]
        roots = read_roots(one.get("layersOrder"), config)
        editions.append(Edition(" ".join(texts), total - before, roots))
        before = total
    return editions


def whole(value: object, called: str) -> int:
    """Return a whole number above 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        shown = "computed" if value is UNKNOWN else repr(value)
        raise AssetError(f"{called} is {shown}; expected a whole number above 0.")
    return value


def read_roots(order: object, config: Path) -> tuple[Root, ...]:
    """Return the layers of one layersOrder."""
    if not isinstance(order, list) or not order:
        message = f"{config}: layersOrder is {shown_kind(order)}; expected a list of layers."
        raise AssetError(message)
    return tuple(read_root(one, config) for one in order)


def shown_kind(value: object) -> str:
    """Say what a value is that is no list of layers."""
    if value is UNKNOWN:
        return "computed"
    return "missing" if value is None else "empty" if value == [] else "no list"


def read_root(one: object, config: Path) -> Root:
    """Return a layer as it is listed in layersOrder."""
    name = one.get("name") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(name, str):
        message = (
            f"{config}: layersOrder has a layer without a name that is written out; expected "
            'each as { name: "Hat" }.'
        )
        raise AssetError(message)
    options = one.get("options") if isinstance(one.get("options"), dict) else {}
    both = {**one, **(options or {})}
    display = both.get("displayName") or both.get("trait")
    trait, sublayers = both.get("trait"), one.get("sublayerOptions")
    return Root(
        folder=name,
        name=display if isinstance(display, str) else name,
        trait=trait if isinstance(trait, str) else None,
        blend=text_in(both, "blend", f"{config}: blend of {name}"),
        opacity=opacity_in(both, f"{config}: opacity of {name}"),
        bypass=both.get("bypassDNA") is True,
        sublayers=tuple(
            (folder, tuple((key, some[key]) for key in OF_FOLDERS if key in some))
            for folder, some in (sublayers.items() if isinstance(sublayers, dict) else ())
            if isinstance(some, dict)
        ),
    )


def text_in(options: Mapping[str, Any], key: str, called: str) -> str:
    """Return the blend mode among `options`."""
    value = options.get(key)
    if value is None:
        return "source-over"
    if not isinstance(value, str):
        raise AssetError(f"{called} is computed; write it out, like MODE.multiply.")
    return value


def opacity_in(options: Mapping[str, Any], called: str) -> float:
    """Return the opacity among `options`."""
    value = options.get("opacity")
    if value is None:
        return 1.0
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        shown = "computed" if value is UNKNOWN else repr(value)
        raise AssetError(f"{called} is {shown}; expected a number from 0 to 1.")
    return float(value)
