"""Constants of JavaScript, as far as they are written out."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.command.scaffold.javascript import UNKNOWN, read_constants, read_exported

CONFIG = r"""
"use strict";
const path = require("path");  // a "comment" {
const { MODE } = require(path.join(basePath, "constants/blend_mode.js"));
/* const hidden = 1; */
const network = NETWORK.sol;
const layerConfigurations = [
  {
    growEditionSizeTo: 1_000,
    layersOrder: [
      { name: "Eye color", options: { blend: MODE.colorDodge, opacity: .5, bypassDNA: true, }, },
      { name: 'It\'s \u00e9', 'trait': `plain` },
    ],
  },
];
const format = { width: 0x10, height: 2 * 8 + 1, ratio: 1 / 4, smoothing: false };
const preview = { imageRatio: format.height / format.width, call: path.join("a"), after: 1 };
const extraAttributes = () => ([{ trait_type: "a", value: Math.random() * 100 }]);
const nothing = () => [
  // { trait_type: "b" },
];
const block = () => { return []; };
const HAIR = ['High Buns', "Low"];
const incompatible = { Witch: ['Drill', ...HAIR], "Name with": [], path, fn() { return 1; },
  last: 2 };
let text = "a" + "b", other = -1.5e1
export const Typed: Array<LayerAttribute> = [1, null, undefined] as const;
const lines = [1]
exports.lines = lines
const called = lines.map(twice)
const unfinished = `x${format.width}`;
module.exports = { format, layerConfigurations };
"""


def test_a_configuration_of_an_engine():
    assert read_constants(CONFIG) == {
        "path": UNKNOWN,
        "network": "sol",
        "layerConfigurations": [
            {
                "growEditionSizeTo": 1000,
                "layersOrder": [
                    {
                        "name": "Eye color",
                        "options": {"blend": "color-dodge", "opacity": 0.5, "bypassDNA": True},
                    },
                    {"name": "It's é", "trait": "plain"},
                ],
            }
        ],
        "format": {"width": 16, "height": 17, "ratio": 0.25, "smoothing": False},
        "preview": {"imageRatio": 17 / 16, "call": UNKNOWN, "after": 1},
        "extraAttributes": [{"trait_type": "a", "value": UNKNOWN}],
        "nothing": [],
        "block": UNKNOWN,
        "HAIR": ["High Buns", "Low"],
        "incompatible": {
            "Witch": ["Drill", "High Buns", "Low"], "Name with": [], "path": UNKNOWN, "last": 2,
        },
        "text": "ab",
        "Typed": [1, None, None],
        "lines": [1],
        "called": UNKNOWN,
        "unfinished": UNKNOWN,
    }  # fmt: skip


def test_what_another_file_declares():
    modes = read_constants('const MODE = { sourceAtop: "source-out" };')
    assert read_constants("const a = MODE.sourceAtop", modes) == {"a": "source-out"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
)


@given(JSON)
def test_all_of_json(value):
    assert read_constants(f"const a = {json.dumps(value)};\nconst b = 1") == {"a": value, "b": 1}


@given(st.text(alphabet="const a=[{(`\"',:.}])+-*/\\1 \n"))
def test_any_text_ends(text):
    assert isinstance(read_constants(f"const {text}"), dict)


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_as_javascript_reads_it():
    """The part of it that is written out, which another reader reads in the same way."""
    begin, end = CONFIG.index("const layerConf"), CONFIG.index("const preview")
    text = "const MODE = { colorDodge: 'color-dodge' };" + CONFIG[begin:end]
    script = text + ";console.log(JSON.stringify({ MODE, layerConfigurations, format }))"
    done = subprocess.run(["node", "-e", script], capture_output=True, check=True)
    assert read_constants(text) == json.loads(done.stdout)


def test_lists_put_together():
    text = "const a = [1].concat([2, a], 3); const b = a.concat(4, f()); const c = a.concat;"
    constants = read_constants(text)
    assert constants == {"a": [1, 2, UNKNOWN, 3], "b": [1, 2, UNKNOWN, 3, 4, UNKNOWN], "c": UNKNOWN}


def test_exported_names():
    text = """
        const a = { b: 1 };
        export const c: number = 2, d = 3;
        export function e() { return 1; }
        module.exports = { a, f: [1], ...g, h };
    """
    assert read_exported(text) == ["c", "a", "f", "h"]
    assert read_exported("module.exports = main; exports.x = 1; const module = 1") == []
