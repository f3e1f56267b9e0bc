"""`[layer.parts]`: what is drawn in front of what."""

import pytest
from tests.test_config import load_toml, problem

from imggen.config import Layer
from imggen.config.parts import drawing_order, reaches_back


def order(*parts):
    """Names like "1" or "1.back" of layers with these parts, from back to front."""
    layers = [Layer(name=str(k), folder="x", parts=one) for k, one in enumerate(parts)]
    return [
        f"{depth}.{list(parts[depth])[part]}" if parts[depth] else str(depth)
        for depth, part in drawing_order(layers)
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((None, None, None), "0 1 2"),
        ((None, None, {"back": -1, "front": 0}), "0 2.back 1 2.front"),
        ((None, None, {"back": -2, "front": 0}), "2.back 0 1 2.front"),
        ((None, None, {"back": -9}), "2.back 0 1"),
        ((None, {"arm": 1}, None, None), "0 2 1.arm 3"),
        ((None, {"arm": 9}, None, None), "0 2 3 1.arm"),
        ((None, {"b": 0, "a": 0}, None), "0 1.b 1.a 2"),
        ((None, None, {"x": -1}, {"y": -2}), "0 2.x 3.y 1"),
        ((None, {"y": 2}, {"x": 1}, None), "0 3 1.y 2.x"),
        ((None, {"over": 1}, {"under": -1}), "0 2.under 1.over"),
    ],
)
def test_order(parts, expected):
    assert " ".join(order(*parts)) == expected


def test_what_reaches_behind_the_first_layer():
    def layers(*parts):
        return [Layer(name=str(k), folder="x", parts=one) for k, one in enumerate(parts)]

    assert reaches_back(layers(None, {"back": -1}))
    assert not reaches_back(layers(None, None, {"back": -1}))
    assert not reaches_back(layers({"back": -5, "front": 0}, None))


HAIR = '[[layer]]\nname = "hair"\nfolder = "hair"\n'
DEPTHS = "expected a whole number from -1000 to 1000 per part, like { back = -1, front = 0 }."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parts = {}",
         ("layer.hair.parts is empty; expected the depth of each part, "
         "like { back = -1, front = 0 }.")),
        ("parts = { back = 0.5 }", f"layer.hair.parts.back is 0.5; {DEPTHS}"),
        ("parts = { back = 2000 }", f"layer.hair.parts.back is 2000; {DEPTHS}"),
        ("parts = ['back']", f'layer.hair.parts is ["back"]; {DEPTHS}'),
    ],
)  # fmt: skip
def test_refused(tmp_path, text, expected):
    assert problem(tmp_path, HAIR + text) == expected


def test_resolved(tmp_path):
    config = load_toml(tmp_path, f"{HAIR}parts = {{ front = 0, back = -1 }}")
    assert list(config.resolved()["layer"][0]["parts"].items()) == [("front", 0), ("back", -1)]
