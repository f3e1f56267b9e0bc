"""Write the list of all keys, docs/configuration-keys.md, from the models of the configuration.

Run ``.venv/bin/python scripts/write_configuration.py [--out FILE]``.
"""

import argparse
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from imggen.config.amount import Amount
from imggen.config.base import Model, SpecialCase
from imggen.config.models import Config
from imggen.config.positions import Positions
from imggen.config.vary import Blends

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "configuration-keys.md"
GUIDES = [
    DOCS / "configuration.md",
    DOCS / "labels.md",
    DOCS / "gallery.md",
    *sorted((DOCS / "howto").glob("*.md")),
]
BLOCK = re.compile(r"^```toml.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
VALUES = (Amount, Positions, Blends)  # tables that have a short form: values, not sections
MOST_LONG = 200  # characters of an example
ELSEWHERE = {
    "[layer.keypoints]": "labels.md#keypoints",
    "[layer.art]": "labels.md#licence-and-origin",
    "a distribution": "configuration.md#distributions",
}
HEAD = """# All keys of the configuration

Every table and key of `imggen.toml`, with its values, its default and an example.
`scripts/write_configuration.py` writes this page from the models that check a configuration. The
examples come from the other pages, where each is part of a configuration that the tests load. [The
configuration](configuration.md) says what the keys mean. `imggen schema` prints the same as a JSON
Schema, with which [editors](commands.md#write-the-configuration-with-an-editors-help) complete and
check a file.

Tables in double brackets, like `[[layer]]`, may come several times.
"""
Table = type[Model]
Examples = dict[tuple[str, str], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the list of all keys.")
    parser.add_argument("--out", type=Path, default=PAGE, help="docs/configuration-keys.md")
    parser.parse_args().out.write_text(page())


def page() -> str:
    """The text of the page."""
    found, links = examples(), links_to_sections()
    parts = [HEAD]
    names = {model: name for name, model in tables()}
    for model, name in names.items():
        title = f"`{name}`" if name.startswith("[") else name.capitalize()
        lines = [f"## {title}\n", f"Meaning and examples: [{page_of(links[name])}]({links[name]})."]
        if general := generalised(model):
            lines[-1] += f" All keys of `{names[general]}`, and:"
        lines += ["", "| key | values, default, example |", "|---|---|"]
        lines += [row(key, field, found.get((name, key), [])) for key, field in own_keys(model)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def generalised(model: Table) -> Table | None:
    """The table that `model` has all keys of, if it is for some images only."""
    return model.__bases__[0] if issubclass(model, SpecialCase) else None


def tables() -> Iterator[tuple[str, Table]]:
    """Each table of the configuration by its name in TOML, a model only once."""
    seen: set[Table] = set()
    for name, model in nested("", Config):
        if model not in seen and own_keys(model):
            seen.add(model)
            yield name, model
    yield "a distribution", Amount


def nested(prefix: str, model: Table) -> Iterator[tuple[str, Table]]:
    """The tables below the one that `prefix` names, in the order of the model."""
    for key, field in keys_of(model):
        for inner, several in models_in(field.annotation):
            path = f"{prefix}{key}"
            yield (f"[[{path}]]" if several else f"[{path}]"), inner
            yield from nested(f"{path}.", inner)


def keys_of(model: Table) -> list[tuple[str, FieldInfo]]:
    """The keys of a table, as TOML calls them."""
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def own_keys(model: Table) -> list[tuple[str, FieldInfo]]:
    """The keys of a table without those of the table that it takes the place of."""
    general = generalised(model)
    known = dict(keys_of(general)) if general else {}
    return [(key, field) for key, field in keys_of(model) if key not in known]


def models_in(annotation: Any) -> Iterator[tuple[Table, bool]]:  # noqa: ANN401  # any type
    """The model that a field holds, if any, and True if it is a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        if annotation not in VALUES:
            yield annotation, False
        return
    several = getattr(annotation, "__origin__", None) is tuple
    for inner in get_args(annotation):
        yield from ((model, several or deeper) for model, deeper in models_in(inner))


def row(key: str, field: FieldInfo, written: list[str]) -> str:
    """The line of the table on one key; its example is the shortest there is."""
    shortest = min(written, key=len, default="")
    example = f"<br>`{key} = {shortest}`" if 0 < len(shortest) <= MOST_LONG else ""
    values = field.description or "a table"
    return f"| `{key}` | {values}; {default_of(field)}{example} |"


def default_of(field: FieldInfo) -> str:
    """The default of a key, as TOML has it."""
    if field.is_required():
        return "*must be given*"
    value = field.default
    if isinstance(value, Amount | Blends):
        (only,) = value.values or ()
        value = only
    unset = value is None or isinstance(value, Model)
    return "*not set* by default" if unset else f"*default* `{toml(value)}`"


def toml(value: Any) -> str:  # noqa: ANN401  # any value of TOML
    """A value as it is written in TOML, on one line."""
    if isinstance(value, dict):
        pairs = (f"{bare(key)} = {toml(one)}" for key, one in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)


def bare(key: str) -> str:
    """A key of TOML, in quotes if it needs them."""
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key, ensure_ascii=False)


def examples() -> Examples:
    """What the configurations of the other pages give for each key of each table."""
    found: Examples = {}
    for path in GUIDES:
        for block in BLOCK.findall(path.read_text()):
            collect("", Config, tomllib.loads(block), found)
    return found


def collect(name: str, model: Table, values: dict[str, Any], found: Examples) -> None:
    """Add the values of one table, and of those below it, to `found`."""
    names = {inner: name for name, inner in tables()}
    for key, field in keys_of(model):
        if key not in values:
            continue
        found.setdefault((name, key), []).append(toml(values[key]))
        for inner, several in models_in(field.annotation):
            for one in values[key] if several else [values[key]]:
                if inner in names:
                    collect(names[inner], inner, one, found)
        if isinstance(values[key], dict) and key not in dict(keys_of(Config)):
            for part, value in values[key].items():
                found.setdefault(("a distribution", part), []).append(toml(value))


def links_to_sections() -> dict[str, str]:
    """Where the guide describes each table."""
    links = dict(ELSEWHERE)
    for heading in HEADING.findall((DOCS / "configuration.md").read_text()):
        if match := re.match(r"`(\[.*?\])`", heading):
            links[match[1]] = f"configuration.md#{anchor(heading)}"
    return links


def page_of(link: str) -> str:
    """What a link to a page is called."""
    return link.split(".md", maxsplit=1)[0]


def anchor(heading: str) -> str:
    """The name by which links reach a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


if __name__ == "__main__":
    main()
