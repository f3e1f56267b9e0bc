"""The dataset card: a page for people, with a header that tells `datasets` what is where.

Source: Hugging Face Hub, "Dataset Cards" and "Manual Configuration".
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from imggen import __version__
from imggen.config import NONE
from imggen.config.instances import chances_by_number
from imggen.formats.format import DEFAULT_SPLIT
from imggen.formats.licences import OTHER, Licence, Origin
from imggen.formats.rarity import count_traits
from imggen.formats.yaml import quoted
from imggen.store.layout import CONFIG, IMAGES

if TYPE_CHECKING:
    from imggen.formats.results import Results
    from imggen.planning.columns import LayerColumns

CONFIG_NAME = "default"
# Up to how many images: what the Hub calls that.
SIZES = {10**3: "n<1K", 10**4: "1K<n<10K", 10**5: "10K<n<100K", 10**6: "100K<n<1M",
         10**7: "1M<n<10M", 10**8: "10M<n<100M", 10**9: "100M<n<1B"}  # fmt: skip
LARGEST = "1B<n<10B"


def card(results: Results, images: Mapping[str, int], *, with_objects: bool) -> str:
    """Return the whole card; `images` is how many each split has, "" if there are none."""
    columns = [f'Each layer is a class label; "{NONE}" shows nothing.']
    if with_objects:
        columns.append("`objects` holds what is seen of each labelled sprite: boxes as left, top,")
        columns.append("width and height in px, and classes.")
    return whole_card(
        header_lines(results, images, with_objects=with_objects),
        page_lines(results, images, columns),
    )


def whole_card(header: Iterable[str], page: Iterable[str]) -> str:
    """Return a card of these lines of YAML and of Markdown."""
    return "\n".join(["---", *header, "---", "", *page, ""])


def header_lines(
    results: Results, images: Mapping[str, int], *, with_objects: bool
) -> Iterator[str]:
    """Yield the header, in YAML."""
    with_text = results.info.labels.caption is not None
    yield from general_lines(results, images, with_objects=with_objects)
    paths = {split: "/".join(part for part in (IMAGES, split, "**") if part) for split in images}
    yield from split_lines(paths)
    yield "  features:"
    for line in feature_lines(results, with_text=with_text, with_objects=with_objects):
        yield f"  {line}"


def general_lines(
    results: Results, images: Mapping[str, int], *, with_objects: bool
) -> Iterator[str]:
    """Yield what the dataset is and what it is for, in YAML."""
    info = results.info
    with_text = info.labels.caption is not None
    yield f"pretty_name: {quoted(info.dataset)}"
    yield from licence_lines(info.origin.licence)
    yield "task_categories:"
    yield "- image-classification"
    yield from ["- object-detection"] if with_objects else []
    yield from ["- image-to-text"] if with_text else []
    yield "size_categories:"
    yield f"- {size_category(sum(images.values()))}"
    yield "tags:"
    yield "- synthetic"


def licence_lines(licence: Licence | None) -> Iterator[str]:
    """Yield the licence of the dataset, in YAML."""
    if licence is None:
        yield "# license: mit  # yours to choose: huggingface.co/docs/hub/repositories-licenses"
        return
    yield f"license: {licence.hub_name}"
    if licence.hub_name == OTHER:
        yield f"license_name: {quoted(licence.name)}"
        yield from [f"license_link: {quoted(licence.url)}"] if licence.url else []


def split_lines(paths: Mapping[str, str]) -> Iterator[str]:
    """Yield where the files of each split are, in YAML; `paths` are patterns by split, or by ""."""
    yield "configs:"
    yield f"- config_name: {CONFIG_NAME}"
    yield "  data_files:"
    for split, path in paths.items():
        yield f"  - split: {quoted(split or DEFAULT_SPLIT)}"
        yield f"    path: {quoted(path)}"


def feature_lines(results: Results, *, with_text: bool, with_objects: bool) -> Iterator[str]:
    """Yield the columns and their types.

    They belong to the configuration: where only `dataset_info` has types, ImageFolder finds its
    own.
    """
    info = results.info
    yield "- name: image"
    yield "  dtype: image"
    for layer, variants in info.layers:
        yield f"- name: {quoted(layer)}"
        yield "  dtype:"
        yield from class_label(variants, indent=4)
    if with_text:
        yield "- name: text"
        yield "  dtype: string"
    if with_objects:
        yield "- name: objects"
        yield "  struct:"
        for name in ("id", "area"):
            yield f"  - name: {name}"
            yield "    list: int64"
        yield "  - name: bbox"
        yield "    list:"
        yield "      list: int64"
        yield "  - name: category"
        yield "    list:"
        yield from class_label(info.classes.names, indent=6)


def class_label(names: Sequence[str], indent: int) -> Iterator[str]:
    """Yield the type of a feature that is one of `names`."""
    yield f"{' ' * indent}class_label:"
    yield f"{' ' * indent}  names:"
    for number, name in enumerate(names):
        yield f"{' ' * indent}    '{number}': {quoted(name)}"


def page_lines(
    results: Results, images: Mapping[str, int], columns: Iterable[str]
) -> Iterator[str]:
    """Yield the page below the header, in Markdown; `columns` explains the columns."""
    info = results.info
    width, height = info.size
    yield f"# {cell(info.dataset)}"
    yield ""
    if info.origin.description is not None:
        yield cell(info.origin.description)
        yield ""
    yield f"{sum(images.values())} images of {width}x{height} px, drawn from layers of art by"
    yield f"imggen {__version__} with seed {info.seed}. `{CONFIG}` makes it again:"
    yield ""
    yield "```sh"
    yield f"imggen bulk {CONFIG} --out again"
    yield "```"
    yield ""
    yield "```python"
    yield "from datasets import load_dataset"
    yield ""
    yield 'dataset = load_dataset("path/to/this/folder")'
    yield "```"
    yield ""
    yield from columns
    yield ""
    yield "## Splits"
    yield ""
    yield "| split | images |"
    yield "|---|---|"
    for split, count in images.items():
        yield f"| {split or DEFAULT_SPLIT} | {count} |"
    yield ""
    yield "## Layers"
    yield ""
    yield from layer_table(results)
    yield from origin_lines(info.origin)


def origin_lines(origin: Origin) -> Iterator[str]:
    """Yield the licence and origin of the dataset and of its art, if any is known."""
    said = {
        "licence": linked(origin.licence),
        "author": cell(origin.author or ""),
        "address": cell(origin.url or ""),
    }
    if any(said.values()):
        yield from ["", "## Licence and origin", ""]
        yield from (f"- {name}: {text}" for name, text in said.items() if text)
    if origin.art:
        yield from ["", "## Origin of the art", ""]
        yield from ["| layer | licence | author | source |", "|---|---|---|---|"]
    for art in origin.art:
        own = cell(art.layer), linked(art.licence), cell(art.author or ""), cell(art.source or "")
        yield f"| {' | '.join(own)} |"


def linked(licence: Licence | None) -> str:
    """Return the name of a licence in Markdown, with its address."""
    if licence is None:
        return ""
    name = cell(licence.name)
    return f"[{name}]({cell(licence.url)})" if licence.url else name


def layer_table(results: Results) -> Iterator[str]:
    """Yield a table of variants: the probability of each, and how many images show it."""
    yield "Probabilities are those of the layers, before rules and splits change them."
    yield ""
    yield "| layer | variant | probability | images |"
    yield "|---|---|---|---|"
    counts = count_traits(results.plan, results.plan.columns)
    for layer, own in zip(results.plan.columns, counts, strict=True):
        chances = probabilities(results, layer)
        for name, probability, count in zip(layer.texts, chances, own.tolist(), strict=True):
            yield f"| {cell(layer.layer)} | {cell(name)} | {probability:.12g} | {count} |"


def probabilities(results: Results, layer: LayerColumns) -> list[float]:
    """Return how likely each text of a column is: a variant or, of instances, their number."""
    plan = results.plan
    found: list[float] = plan.library.layers[layer.slots.start].probabilities.tolist()
    for own in plan.config.layer:
        if own.name == layer.layer and own.instances is not None:
            numbers = chances_by_number(own.instances)
            found = [numbers.get(number, 0.0) for number in range(len(layer.texts))]
    return found


def size_category(count: int) -> str:
    """Return what the Hub calls a dataset of `count` images."""
    return next((name for limit, name in SIZES.items() if count < limit), LARGEST)


def cell(text: str) -> str:
    """Return `text` as a cell of a Markdown table has it."""
    marks = {ord(mark): f"&#{ord(mark)};" for mark in "|*_`[]\\~#\n\r\t"}
    return html.escape(text, quote=False).translate(marks)
