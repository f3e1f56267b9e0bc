"""The list of all keys is what the models say, and each key has an example."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from imggen.config.models import Config
from imggen.config.schema import config_schema

REPO = Path(__file__).parents[2]
PAGE = REPO / "docs" / "configuration-keys.md"
ROW = re.compile(r"^\| `(\w+)` \| .*; (.*?)(?:<br>`(.*)`)? \|$", re.MULTILINE)
LONG = {"points"}  # its example in docs/labels.md takes many lines


def sections():
    """The rows of each table of the page, by its name: key, default, example."""
    parts = re.split(r"^## (.*)$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], map(ROW.findall, parts[1::2]), strict=True))


def test_the_page_is_what_the_models_say(tmp_path):
    """If not: .venv/bin/python scripts/write_configuration.py."""
    script = REPO / "scripts" / "write_configuration.py"
    out = tmp_path / "page.md"
    subprocess.run([sys.executable, script, "--out", out], check=True)
    assert out.read_text() == PAGE.read_text()


@pytest.mark.parametrize("name", [name for name in Config.model_fields if name != "layer"])
def test_all_tables_are_listed(name):
    assert {f"`[{name}]`", f"`[[{name}]]`"} & set(sections())


def test_all_keys_are_listed():
    listed = {row[0] for rows in sections().values() for row in rows}
    tables = config_schema()["$defs"].values()
    known = {key for table in tables for key in table.get("properties", {})}
    assert len(known) > 100
    assert known <= listed | set(Config.model_fields)


def test_each_key_has_an_example():
    lacking = {row[0] for rows in sections().values() for row in rows if not row[2]}
    assert lacking <= LONG


def test_defaults_are_those_of_toml():
    rows = {key: default for key, default, _ in sections()["`[dataset]`"]}
    assert rows["count"] == "*default* `200`"
    assert rows["name"] == '*default* `"dataset"`'
    assert rows["unique"] == "*default* `false`"
    assert rows["pair"] == "*not set* by default"
    assert sections()["`[dataset.family]`"][0][1] == "*must be given*"
