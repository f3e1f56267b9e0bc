"""Names mean the same in either Unicode form, wherever a configuration has them."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import load, random_pixels, save, write_toml

from imggen.config.composed import composed_values, find_path
from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.errors import ConfigError

NFC = "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
NFD = "cafe\N{COMBINING ACUTE ACCENT}"


def values_in(name):
    """Settings with `name` wherever a name or a text may be."""
    return {
        "dataset": {"name": name, "stratify": [name], "image_name": f"{{{name}}}/{{index}}"},
        "layer": [
            {"name": name, "folder": "a", "place_when": [{"when": {name: [name]}}]},
            {"name": "hat", "folder": "b", "weights": {name: 1, "red": 2}, "place": {"of": name}},
        ],
        "rule": [{"when": {name: name}, "forbid": {"hat": [name]}}],
        "joint": [{"layers": [name, "hat"], "weights": {name: {name: 1}}}],
        "correlate": [{"layer": name, "follows": "hat", "agree": 1, "pairs": {name: [name]}}],
        "split": [{"name": name, "share": 1.0, "hold_out": [{name: name}]}],
        "labels": {"caption": f"a {{{name}}}", "words": {name: {name: name}}, "layers": name},
    }


def test_all_names_are_composed():
    assert composed_values(values_in(NFD)) == values_in(NFC)
    assert composed_values(values_in(NFC)) == values_in(NFC)


def test_folders_stay_as_they_are_written():
    values = {"layer": [{"name": NFD, "folder": NFD}]}
    assert composed_values(values) == {"layer": [{"name": NFC, "folder": NFD}]}


@given(st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
))  # fmt: skip
def test_nothing_else_is_changed(value):
    result = composed_values({"x": value})
    assert repr(result) == unicodedata.normalize("NFC", repr({"x": value}))


def test_one_name_twice():
    values = {"layer": [{"name": "hat", "folder": "a", "weights": {NFC: 1, NFD: 2}}]}
    with pytest.raises(ConfigError) as caught:
        composed_values(values)
    assert str(caught.value) == (
        f'layer.hat.weights names "{NFC}" twice, in two Unicode forms (NFC and NFD) that look the '
        "same; expected it once. Remove one."
    )


def test_a_configuration_in_either_form_is_the_same(tmp_path):
    values = {
        "layer": [{"name": NFD, "folder": "a"}, {"name": "hat", "folder": "b"}],
        "rule": [{"when": {NFC: NFD}, "forbid": {"hat": NFC}}],
    }
    config = make_config(Source(values), tmp_path)
    assert config.layer[0].name == NFC
    assert config.rule[0].when == {NFC: (NFC,)}
    assert config.rule[0].forbid == {"hat": (NFC,)}


def test_a_path_that_exists_is_itself(tmp_path):
    (tmp_path / NFC).mkdir()
    (tmp_path / NFD).mkdir()
    for name in (NFC, NFD):
        assert find_path(tmp_path / name) == tmp_path / name


def test_a_path_in_another_form(tmp_path):
    (tmp_path / NFD / NFD).mkdir(parents=True)
    assert find_path(tmp_path / NFC / NFC) == tmp_path / NFD / NFD
    assert find_path(tmp_path / NFC / "gone") == tmp_path / NFC / "gone"
    assert find_path(tmp_path / "gone" / NFC) == tmp_path / "gone" / NFC


def test_names_in_messages_about_sums(tmp_path):
    """Files without a probability are named as they would be written, and thumbnails are not."""
    pixels = random_pixels(np.random.default_rng(0), 4, 4, 3)
    for name in (NFD, "red", "@eaDir/red.png"):
        save(tmp_path / "a" / f"{name}.png", pixels)
    path = write_toml(
        tmp_path, {"layer": [{"name": "hat", "folder": "a", "probabilities": {"red": 0.5}}]}
    )
    with pytest.raises(ConfigError, match=rf"sums to 0\.5; expected 1 \(missing: {NFC}\)\."):
        load(path)
