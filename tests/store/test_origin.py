"""What a dataset was made from is recorded, and a change of it named."""

import shutil

import numpy as np
import pytest
from PIL import Image
from tests.art import load, random_pixels, save, write_dataset, write_toml

from imggen.assets import load_assets
from imggen.config.load import read_source
from imggen.store.origin import (
    art_changes,
    comparable,
    difference_between,
    find_changes,
    make_origin,
)
from imggen.store.summary import read_summary, write_summary

RNG = np.random.default_rng(0)
SKIES = {name: random_pixels(RNG, 12, 10, 3) for name in ("day", "night")}
HATS = {name: random_pixels(RNG, 4, 3, 4) for name in ("cap", "crown")}


@pytest.fixture
def art(tmp_path):
    """Two layers of two variants each."""
    write_dataset(tmp_path / "art", {"sky": SKIES, "hat": HATS})
    return tmp_path / "art"


def origin_of(folder, start=None):
    config = load(folder / "imggen.toml")
    return make_origin(config, load_assets(config), start)


@pytest.fixture
def out(art, tmp_path):
    """A folder with the record of a dataset and its configuration, but no images."""
    out = tmp_path / "out"
    origin = origin_of(art, out)
    write_toml(out, origin["config"])
    write_summary(out, origin)
    return out


def changes_of(out):
    return find_changes(out, load_assets(load(out / "imggen.toml")))


def test_a_digest_per_file(art):
    origin = origin_of(art)
    assert {name: list(files) for name, files in origin["art"].items()} == {
        "sky": ["day.png", "night.png"],
        "hat": ["cap.png", "crown.png"],
    }
    digests = [digest for files in origin["art"].values() for digest in files.values()]
    assert len(set(digests)) == 4
    assert all(len(bytes.fromhex(digest)) == 16 for digest in digests)


def test_a_digest_per_part(tmp_path):
    hats = {"cap/front": random_pixels(RNG, 4, 3, 4), "cap/back": random_pixels(RNG, 4, 3, 4)}
    write_dataset(
        tmp_path, {"sky": SKIES, "hat": hats}, hat={"parts": {"back": -1, "front": 0, "brim": 1}}
    )
    digests = origin_of(tmp_path)["art"]["hat"]
    assert list(digests) == ["cap/back.png", "cap/front.png", "cap/brim"]
    assert len(set(digests.values())) == 3


def test_nothing_changed(out):
    assert changes_of(out) is None


def test_no_dataset(art):
    assert changes_of(art) is None


def test_a_damaged_summary(art, out):
    """Its copy in the journal counts."""
    (out / ".imggen").mkdir()
    write_summary(out / ".imggen", read_summary(out))
    path = out / "run.json"
    path.write_bytes(path.read_bytes().replace(b'"seed": 0', b'"seed": 1'))
    assert changes_of(out) is None
    save(art / "skys" / "night.png", SKIES["day"])
    assert changes_of(out) == "layer.sky: night.png has changed"
    (out / ".imggen" / "run.json").unlink()
    assert changes_of(out) is None


def test_the_configuration_comes_back(art, out):
    """As equal settings of an equal digest, wherever they are read."""
    first, again = origin_of(art), origin_of(out)
    assert first["config"]["layer"][0]["folder"] == str(art / "skys")
    assert comparable(first) == comparable(again)
    assert first["config_digest"] == again["config_digest"]


def test_one_changed_pixel(art, out):
    pixels = SKIES["night"].copy()
    pixels[3, 4, 1] ^= 1
    save(art / "skys" / "night.png", pixels)
    assert changes_of(out) == "layer.sky: night.png has changed"


def test_the_same_pixels_in_another_file(art, out):
    path = art / "skys" / "night.png"
    before = path.read_bytes()
    with Image.open(path) as image:
        image.save(path, compress_level=0)
    assert path.read_bytes() != before
    assert changes_of(out) is None


def test_several_files(art, out):
    shutil.copy(art / "skys" / "day.png", art / "skys" / "noon.png")
    (art / "skys" / "night.png").rename(art / "skys" / "dusk.png")
    for name in HATS:
        save(art / "hats" / f"{name}.png", random_pixels(RNG, 4, 3, 4))
    assert changes_of(out) == (
        "layer.sky: night.png is missing, dusk.png, noon.png are new; "
        "layer.hat: cap.png, crown.png have changed"
    )


def test_many_files():
    known = {"hat": {f"{k}.png": "a" for k in range(9)}}
    assert list(art_changes(known, {"hat": dict.fromkeys(known["hat"], "b")})) == [
        "layer.hat: 0.png, 1.png, 2.png, 3.png, 4.png and 4 more have changed"
    ]


def test_another_size_of_the_canvas_by_default(art, out):
    """The smallest background gave it, and is recorded with it."""
    save(art / "skys" / "day.png", random_pixels(RNG, 6, 5, 3))
    assert changes_of(out) == "layer.sky: day.png has changed"
    assert load_assets(load(out / "imggen.toml")).size == (12, 10)


def test_weights_in_names_of_what_draws_nothing(art, out):
    """It has no pixels that matter, but a name."""
    nothing = np.zeros((3, 4, 4), np.uint8)
    save(art / "hats" / "none#1.png", nothing)
    write_summary(out, origin_of(art, out))
    assert changes_of(out) is None
    (art / "hats" / "none#1.png").rename(art / "hats" / "none#5.png")
    assert changes_of(out) == "layer.hat: none#1.png is missing, none#5.png is new"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda values: values["dataset"].update(seed=5), "dataset.seed was 0 and is 5"),
        (
            lambda values: values["layer"][0].update(fit="cover"),
            'layer.sky.fit was "stretch" and is "cover"',
        ),
        (
            lambda values: values.pop("labels"),
            None,
        ),
    ],
)
def test_an_edited_configuration(out, change, expected):
    values = read_source(out / "imggen.toml").settings
    change(values)
    write_toml(out, values)
    assert changes_of(out) == expected


def test_settings_come_before_art():
    known = {"dataset": {"seed": 1}, "art": {"sky": {"a.png": "1"}}, "art_digest": "1"}
    now = {"dataset": {"seed": 2}, "art": {"sky": {"a.png": "2"}}, "art_digest": "2"}
    assert difference_between(known, now) == "dataset.seed was 1 and is 2"
    same = {**now, "dataset": {"seed": 1}}
    assert difference_between(known, same) == "layer.sky: a.png has changed"
    assert difference_between(known, {**same, "art": known["art"]}) == "the art has changed"
    assert difference_between(known, known) is None


def test_what_a_caller_asks_for_is_no_change(art, out):
    """Another canvas, and another count, which shares of a layer may depend on."""
    values = read_source(art / "imggen.toml").settings
    values["layer"][1]["counts"] = {"cap": 3, "crown": "rest"}
    values["dataset"] = {"sampling": "quota"}
    write_toml(art, values)
    origin = origin_of(art, out)
    write_toml(out, origin["config"])
    write_summary(out, origin)
    for overrides in ({"canvas__size": [5, 5]}, {"dataset__count": 7}):
        assert find_changes(out, load_assets(load(out / "imggen.toml", **overrides))) is None


def test_every_default_is_written(art):
    """But for what has none, or none that another setting would allow."""
    config = load(art / "imggen.toml")
    values = config.resolved()
    assert values["layer"][0]["fit"] == "stretch"
    assert values["layer"][1]["fit"] == "none"
    assert values["layer"][1]["resample"] == "smooth"
    assert values["labels"]["layers"] == ["hat"]
    assert values["labels"]["formats"] == []
    assert values["canvas"] == {"mode": "RGB", "resample": "smooth"}
    assert origin_of(art)["config"]["canvas"] == {
        "size": [12, 10],
        "mode": "RGB",
        "resample": "smooth",
    }
    assert values["layer"][1]["vary"] == {"flip": 0.0, "blend": {"values": ["normal"]}}
    left_out = set(missing_keys(config.model_dump(mode="json", by_alias=True), values))
    assert left_out == {
        "camera",
        "canvas.color", "canvas.size", "correlate", "dataset.author", "dataset.description",
        "dataset.disjoint", "dataset.family", "dataset.licence", "dataset.pair",
        "dataset.published", "dataset.stratify", "dataset.url", "dataset.version",
        "joint", "labels.caption", "labels.class_layer", "labels.fields", "labels.least_pixels",
        "layer.art", "layer.class", "layer.classes_from", "layer.counts", "layer.depth",
        "layer.depth_group", "layer.feather", "layer.instances", "layer.keypoints", "layer.parts",
        "layer.shadow",
        "layer.place.avoid", "layer.place.inside", "layer.place.of", "layer.place.otherwise",
        "layer.place.overlap", "layer.place.x", "layer.place.y", "layer.place_when",
        "layer.probabilities", "layer.size", "layer.threshold", "layer.vary.brightness",
        "layer.vary.feather", "layer.vary.hue", "layer.vary.shadow_blur",
        "layer.vary.shadow_opacity", "layer.vary.shadow_x", "layer.vary.shadow_y",
        "layer.vary.opacity", "layer.vary.rotate", "layer.vary.saturation", "layer.vary.scale",
        "layer.vary.blend.weights", "layer.vary_when",
        "layer.weights", "output.shard_bytes", "output.shard_images", "output.size", "rule",
        "split", "view",
    }  # fmt: skip


def missing_keys(known, values, prefix=""):
    """The dotted keys of `known` that `values` leaves out."""
    for key, value in known.items():
        name = f"{prefix}{key}"
        if key not in values:
            yield name
        elif isinstance(value, dict):
            yield from missing_keys(value, values[key], f"{name}.")
        elif key == "layer":
            for one, other in zip(value, values[key], strict=True):
                yield from missing_keys(one, other, f"{name}.")


def test_a_single_layer_that_fills_the_canvas(tmp_path):
    """It cannot be named among those that have boxes."""
    write_dataset(tmp_path, {"sky": SKIES})
    again = write_toml(tmp_path / "again", origin_of(tmp_path)["config"])
    assert origin_of(again.parent)["config_digest"] == origin_of(tmp_path)["config_digest"]
