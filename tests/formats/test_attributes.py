"""Attributes of tokens have the values that a plain loop over images finds."""

import numpy as np
import pytest
from tests.formats.columns import layer_column

from imggen.formats.attributes import attributes_of

VARIANTS = {
    "sky": ("day", "night"),
    "hat": ("cap", "none"),
    "hat behind": ("none", "crown", "cap"),
    "moon": ("full", "none"),
}
COLUMNS = [layer_column(name, own, place) for place, (name, own) in enumerate(VARIANTS.items())]


def expected(shown, layers):
    """What an attribute of `layers` says: the first of them that is not none."""
    return ([shown[layer] for layer in layers if shown[layer] != "none"] or ["none"])[0]


@pytest.mark.parametrize(
    ("names", "layers"),
    [
        ({}, {name: [name] for name in VARIANTS}),
        ({"hat behind": "hat", "moon": ""}, {"sky": ["sky"], "hat": ["hat", "hat behind"]}),
        (
            {"hat": "Hat", "hat behind": "Hat", "moon": "Hat"},
            {"sky": ["sky"], "Hat": ["hat", "hat behind", "moon"]},
        ),
    ],
)
def test_brute_force(names, layers):
    """Of all combinations of variants."""
    sizes = [len(own) for own in VARIANTS.values()]
    traits = np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)
    found = attributes_of(COLUMNS, names)
    assert [one.name for one in found] == list(layers)
    rows = [one.rows(traits) for one in found]
    for number, own in enumerate(traits):
        shown = {name: texts[k] for (name, texts), k in zip(VARIANTS.items(), own, strict=True)}
        for one, numbers in zip(found, rows, strict=True):
            value = expected(shown, layers[one.name])
            assert one.value(tuple(shown.values())) == value
            assert one.texts[numbers[number]] == value
