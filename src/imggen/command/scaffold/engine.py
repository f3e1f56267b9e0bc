"""A configuration for a project of another engine for layered art: HashLips', or nftchef's fork.

What the engine means is carried over exactly, or a sentence says what is not.
"""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from imggen.assets.decode import image_size, read_image
from imggen.assets.folder import check_new
from imggen.assets.weights import find_variants
from imggen.command.scaffold.attributes import attribute_keys, attribute_notes
from imggen.command.scaffold.combinations import combination_rules
from imggen.command.scaffold.engine_notes import notes_on, project_notes
from imggen.command.scaffold.names import safe_names
from imggen.command.scaffold.picks import Pick
from imggen.command.scaffold.project import Project
from imggen.command.scaffold.shares import base_weights, whole_weights
from imggen.command.scaffold.sketch import RUN, Sketch, canvas_table, folder_entry
from imggen.command.scaffold.source import is_opaque, weights_table
from imggen.command.scaffold.stack import BEHIND, make_stack
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import Key, TomlTable
from imggen.config import NONE
from imggen.config.plain import BLENDS

NORMAL = "normal"
STRETCH = "to the canvas, as the engine does"
SYMBOL = 10  # characters


def sketch_project(project: Project, target: Path) -> Sketch:
    """Return a configuration for `project`, to be written to `target`.

    Raises
    ------
    AssetError
        If its layers cannot be used.
    """
    stack = make_stack(project)
    opaque = hides_all(stack, project)
    notes = [*stack.notes, *project_notes(project, stack, opaque=opaque)]
    tables = [dataset_table(project), canvas(project, opaque=opaque)]
    for layer in stack.layers:
        layer_notes = list(notes_on(layer, stack, project, opaque=opaque))
        tables += layer_tables(layer, project, target.parent, layer_notes)
        notes += (f"{layer.name}: {note}" for note in layer_notes)
    rules, rule_notes = combination_rules(project, stack)
    rules = [*(rule for layer in stack.layers for rule in own_rules(layer)), *rules]
    tables += [*rules, *splits(project, stack, rules), *label_tables(project, stack)]
    notes += [*rule_notes, *attribute_notes(project, stack)]
    count = sum(len(layer.picks) for layer in stack.layers)
    engine = "nftchef's art engine" if project.is_fork else "the HashLips art engine"
    intro = [f"Carried over from {project.config}, a configuration of {engine}.", RUN]
    if notes:
        intro += ["", "What to know of it:", *(f"- {note}" for note in notes)]
    return Sketch(intro, tables, notes, len(stack.layers), count, project.size)


def hides_all(stack: LayerStack, project: Project) -> bool:
    """Return True if the layer at the back is always there, and opaque."""
    back = stack.layers[0]
    is_always = len(stack.members[back.member].editions) == len(project.editions)
    return (
        is_always
        and not back.is_conditional
        and not back.nothing
        and all(
            (pick.blend in ("source-over", BEHIND) and pick.opacity == 1)
            and pick.path is not None
            and is_opaque(read_image(pick.path))
            for pick in back.picks
        )
    )


# --- tables ---------------------------------------------------------------------------------------


def dataset_table(project: Project) -> TomlTable:
    """Return the table of the dataset."""
    prefixes = {one.name for one in project.editions} - {""}
    title = project.setting("namePrefix", "") or (prefixes.pop() if len(prefixes) == 1 else "")
    [name] = safe_names([title or project.layers.absolute().parent.name])
    keys = [Key("name", name, f"the dataset is written to out/{name}")]
    if len(project.editions) == 1:
        keys.append(Key("count", project.editions[0].count, "growEditionSizeTo"))
    keys.append(Key("unique", value=True, why="no combination of variants occurs twice"))
    keys.append(Key("image_name", "{token}", "1.png has the metadata 1.json"))
    keys.append(Key("seed", 0, "a whole number; another one gives other images"))
    return TomlTable("[dataset]", keys)


def canvas(project: Project, *, opaque: bool) -> TomlTable:
    """Return the table of the canvas."""
    is_jpeg = project.setting("outputJPEG") is True
    table = canvas_table(project.size, "format", opaque=opaque or is_jpeg)
    form = project.setting("format", {})
    if form.get("smoothing") is False:
        why = "format.smoothing is false: art is scaled by copying pixels"
        return TomlTable(table.header, [*table.entries, Key("resample", "nearest", why)])
    return table


def layer_tables(
    layer: Stacked, project: Project, here: Path, notes: Sequence[str]
) -> Iterator[TomlTable]:
    """Yield the tables of a layer, for a file in the folder `here`."""
    found: dict[str, Path] = {}
    for one in find_variants(layer.folder, layer.name, weighed=False):
        check_new(one, found, layer.folder, layer.name)
        found[one.name] = one.path
    keys = [Key("name", layer.name, "a column of data.csv"), folder_entry(layer.folder, here)]
    if any(image_size(pick.path) != project.size for pick in layer.picks if pick.path):
        keys.append(Key("fit", "stretch", STRETCH))
    if layer.is_conditional:
        notes = [*notes, "Drawn only with certain files of other layers: see the rules below."]
    yield TomlTable("[[layer]]", keys, notes)
    weights = base_weights(layer)
    if weights is not None:
        yield weights_table(weights)
    yield from vary_tables(layer)


def vary_tables(layer: Stacked) -> Iterator[TomlTable]:
    """Yield the tables of blend modes and opacities."""
    styles = {pick: style_of(pick) for pick in layer.picks}
    [(usual, _)] = Counter(styles.values()).most_common(1)
    if usual != (NORMAL, 1):
        yield TomlTable("[layer.vary]", list(style_keys(usual)))
    for style in dict.fromkeys(styles.values()):
        if style != usual:
            names = [layer.name_of(pick) for pick, own in styles.items() if own == style]
            when = {layer.name: [glob.escape(name) for name in names]}
            keys = [Key("when", when, "the files that are drawn so"), *style_keys(style)]
            yield TomlTable("[[layer.vary_when]]", keys)


def style_keys(style: tuple[str, float]) -> Iterator[Key]:
    """Yield the keys of a blend mode and an opacity."""
    yield Key("blend", style[0], "how colours mix with those behind")
    yield Key("opacity", style[1], "1 is as in the file")


def style_of(pick: Pick) -> tuple[str, float]:
    """Return the blend mode and opacity of a file; a mode that imggen lacks is "normal"."""
    return (pick.blend if pick.blend in BLENDS else NORMAL), pick.opacity


def own_rules(layer: Stacked) -> Iterator[TomlTable]:
    """Yield the rules by which a layer is drawn that depends on others."""
    if not layer.is_conditional:
        return
    for condition in layer.conditions:
        yield TomlTable(
            "[[rule]]",
            [
                Key("when", condition, f"then {layer.name} may be drawn"),
                Key("weights", {layer.name: whole_weights(layer.shares)}, "relative to each other"),
            ],
        )


def splits(project: Project, stack: LayerStack, rules: Sequence[TomlTable]) -> Iterator[TomlTable]:
    """Yield a split for each of several editions, with the layers that it lacks as none."""
    if len(project.editions) == 1:
        return
    deciders = deciders_in(rules)
    names = safe_names([one.name or f"edition {n}" for n, one in enumerate(project.editions, 1)])
    for number, (edition, name) in enumerate(zip(project.editions, names, strict=True)):
        lacking = [
            layer
            for layer in stack.layers
            if number not in stack.members[layer.member].editions and layer.slot.on is None
        ]
        absent = {layer.name: {NONE: 1} for layer in lacking if not layer.before}
        keys = [
            Key("name", name, "a folder of images"),
            Key("count", edition.count, "what this part of layerConfigurations adds"),
        ]
        if absent:
            keys.append(Key("probabilities", absent, "layers that it does not have"))
        yield TomlTable("[[split]]", keys)
        for layer in lacking:
            if layer.name in deciders:
                yield TomlTable(
                    "[[split.rule]]",
                    [
                        Key("when", {deciders[layer.name]: "*"}, "always"),
                        Key("weights", {layer.name: {NONE: 1}}, "this split does not have it"),
                    ],
                )


def deciders_in(rules: Iterable[TomlTable]) -> dict[str, str]:
    """Return for each layer whose weights `rules` set a layer that decides on them."""
    deciders: dict[str, str] = {}
    for rule in rules:
        values: dict[str, Any] = {entry.key: entry.value for entry in rule.entries}
        deciders.update(dict.fromkeys(values.get("weights", {}), next(iter(values["when"]))))
    return deciders


def label_tables(project: Project, stack: LayerStack) -> Iterator[TomlTable]:
    """Yield the tables of labels, which are the metadata that the engine writes."""
    is_solana = project.setting("network", "") == "sol"
    kind = "solana" if is_solana else "erc721"
    why = "the engine's metadata of tokens; also coco, yolo, masks, ..."
    yield TomlTable("[labels]", [Key("formats", [kind], why)])
    keys = [Key("first_token", 0 if is_solana else project.setting("startIndex", 1), "of image 0")]
    for key, name in (("description", "description"), ("base_uri", "baseUri")):
        text = project.setting(name, "")
        if text:
            slash = "/" if key == "base_uri" and not text.endswith("/") else ""
            keys.append(Key(key, text + slash, name))
    keys += attribute_keys(project, stack)
    if is_solana:
        keys += solana_keys(project.setting("solanaMetadata", {}))
    yield TomlTable("[labels.collection]", keys)
    if project.setting("outputJPEG") is True:
        yield TomlTable("[output]", [Key("format", "jpeg", "outputJPEG")])


def solana_keys(metadata: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the keys of the collection that solanaMetadata has."""
    symbol, url = metadata.get("symbol"), metadata.get("external_url")
    royalty, creators = metadata.get("seller_fee_basis_points"), metadata.get("creators")
    if isinstance(symbol, str) and len(symbol) <= SYMBOL:
        yield Key("symbol", symbol, "solanaMetadata.symbol")
    if isinstance(url, str):
        yield Key("external_url", url, "solanaMetadata.external_url")
    if isinstance(royalty, int) and 0 <= royalty <= 10_000:  # hundredths of a per cent
        yield Key("royalty", royalty, "seller_fee_basis_points")
    if isinstance(creators, list):
        shares = {
            one["address"]: one["share"]
            for one in creators
            if isinstance(one, dict) and {"address", "share"} <= one.keys()
        }
        if shares:
            yield Key("creators", shares, "shares of the royalty, per cent")
