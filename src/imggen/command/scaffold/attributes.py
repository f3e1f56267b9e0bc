"""Attributes of tokens as an engine calls them, by the layers of a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from imggen.command.scaffold.picks import TreeReader
from imggen.command.scaffold.project import Project, Root
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import Key, quote


def attribute_keys(project: Project, stack: LayerStack) -> Iterator[Key]:
    """Yield the keys of the collection with which tokens have the engine's attributes.

    HashLips' engine writes one for each layer of an edition; the fork, for each file that is drawn.
    """
    names = {layer.name: trait_of(layer, project, stack) for layer in stack.layers}
    others = {name: trait for name, trait in names.items() if trait != name}
    if others:
        yield Key("traits", others, "attributes are called as in the engine")
    if project.is_fork or len(project.editions) > 1:
        yield Key("none", value=False, why="no attribute of a layer that shows nothing")


def attribute_notes(project: Project, stack: LayerStack) -> Iterator[str]:
    """Yield sentences on attributes of tokens that differ from the engine's."""
    for layer in stack.layers if project.is_fork else ():
        root = stack.members[layer.member].root
        reader = reader_of(project, root)
        kept = [layer.names[path] for path in paths_of(layer)]
        cleaned = [reader.clean(path) for path in paths_of(layer)]
        if not set(kept) <= set(cleaned):
            example = quote(next(one for one in kept if one not in cleaned))
            yield f"{layer.name}: variants keep all that is in the names of files, as {example}."
        traits = {trait_of_file(path, project, root) for path in paths_of(layer)}
        others = sorted(traits - {trait_of(layer, project, stack)})
        if others:
            named = ", ".join(map(quote, others))
            yield f"{layer.name}: tokens of the engine call some of its variants {named}."
        if any(is_always_drawn(path, project, root) for path in paths_of(layer)):
            yield (
                f"{layer.name}: where a file is always drawn, tokens of the engine name its "
                "folder, and here the file."
            )


def trait_of(layer: Stacked, project: Project, stack: LayerStack) -> str:
    """Return the attribute that tells what a layer shows; that of most of its files."""
    root = stack.members[layer.member].root
    if not project.is_fork:
        return root.name
    traits = [trait_of_file(path, project, root) for path in paths_of(layer)]
    return max(traits, key=traits.count)


def paths_of(layer: Stacked) -> list[Path]:
    """Return the files that a layer may draw."""
    return [pick.path for pick in layer.picks if pick.path is not None]


def trait_of_file(path: Path, project: Project, root: Root) -> str:
    """Return the attribute that nftchef's engine writes for a file.

    It is called as the file's folder, or the one above if the file is always drawn; if that has a
    weight, as the one above that.
    """
    folder = path.parents[int(is_always_drawn(path, project, root))]
    has_weight = project.setting("rarityDelimiter", "#") in folder.name
    if has_weight and project.setting("useRootTraitType") is not False:
        folder = folder.parent
    name = reader_of(project, root).clean(folder)
    own = dict(root.sublayers).get(name)
    if own is not None:
        return str(dict(own).get("trait", name))
    return root.trait if root.trait is not None else name


def is_always_drawn(path: Path, project: Project, root: Root) -> bool:
    """Return True for a file without a weight."""
    return reader_of(project, root).weight_of(path) is None


def reader_of(project: Project, root: Root) -> TreeReader:
    """Return a reader of the names in a layer's folder."""
    return TreeReader(root, project.setting("rarityDelimiter", "#"), "", str(project.config))
