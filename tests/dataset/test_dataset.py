"""`imggen.Dataset`: image i is file i of a bulk run, whoever asks for it, in any order."""

import csv
import multiprocessing
import pickle
import subprocess
import sys
import unicodedata
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from tests.art import load, place_at_random, small_article_values, write_small_article, write_toml
from tests.checks import check_pixels
from tests.run.runs import run

import imggen
from imggen.config.load import read_source
from imggen.planning import segments

COUNT = 60
SPLITS = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
VARY = {"flip": 0.5, "scale": [0.8, 1.2], "hue": {"values": [0, 90]}}
EXTENSIONS = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Characters and objects anywhere, of all looks, in two splits."""
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("art")))
    values = read_source(folder / "imggen.toml").settings
    values["dataset"]["count"] = COUNT
    values["layer"][1]["vary"] = VARY
    write_toml(folder, {**values, "split": SPLITS})
    return folder


@pytest.fixture(scope="module")
def out(folder, tmp_path_factory):
    """What a bulk run makes of it."""
    out = tmp_path_factory.mktemp("bulk") / "out"
    run(folder, out)
    return out


@pytest.fixture(scope="module")
def dataset(folder):
    return imggen.Dataset(folder)


def test_what_is_left_out_of_art_is_logged(tmp_path, caplog):
    folder = write_small_article(tmp_path)
    path = folder / "backgrounds" / "desert.png"
    with Image.open(path) as image:
        image.save(path, save_all=True, append_images=[image.rotate(180)])
    imggen.Dataset(folder)
    assert caplog.messages == [f"In {path}, only the first frame is used."]


def test_a_split_is_found_in_either_unicode_form(tmp_path):
    values = read_source(write_small_article(tmp_path) / "imggen.toml").settings
    name = "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    splits = [{"name": name, "share": 0.5}, {"name": "rest", "share": 0.5}]
    write_toml(tmp_path, {**values, "split": splits})
    part = imggen.Dataset(tmp_path, split=unicodedata.normalize("NFD", name))
    assert part[0]["split"] == name


def rows_of(out):
    with (out / "data.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def pixels_of(file, mode="RGB"):
    with Image.open(file) as image:
        assert image.mode == mode
        return np.asarray(image).reshape(image.height, image.width, -1)


def path_of(out, row, extension=".png"):
    return out / "images" / f"{row['generated image']}{extension}"


def same(one, other):
    """Whether two items are the same, their arrays by value and type."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return type(one) is type(other) and one == other


# --- it is the bulk run ---------------------------------------------------------------------------


@pytest.mark.parametrize("image_format", EXTENSIONS)
def test_images_and_files_are_those_of_a_run(folder, tmp_path, image_format):
    settings = {"dataset.count": 20, "output.format": image_format}
    dataset = imggen.Dataset(folder, overrides=settings)
    run(folder, tmp_path / "out", dataset__count=20, output__format=image_format)
    rows = rows_of(tmp_path / "out")
    for i in np.random.default_rng(0).permutation(len(dataset)):
        path = path_of(tmp_path / "out", rows[i], EXTENSIONS[image_format])
        check_pixels(dataset[i]["image"], pixels_of(path))
        assert dataset.encode(i) == path.read_bytes()
        assert tmp_path / "out" / dataset.name(i) == path


@pytest.mark.parametrize("mode", ["L", "RGBA"])
@pytest.mark.parametrize(
    "output", [{"format": "png"}, {"format": "webp"}, {"format": "webp", "lossless": True}]
)
def test_an_image_has_the_channels_of_the_canvas(folder, mode, output):
    values = read_source(folder / "imggen.toml").settings
    for layer in values["layer"]:
        layer["folder"] = str(folder / layer["folder"])
        layer.pop("vary", None)  # a hue is nothing in grey
    values["canvas"]["mode"], values["output"] = mode, output
    dataset = imggen.Dataset(values, overrides={"dataset.count": 2})
    with Image.open(BytesIO(dataset.encode(1))) as image:
        decoded = np.asarray(image.convert(mode))
    assert dataset[1]["image"].shape == dataset.shape == (108, 192, len(mode))
    check_pixels(dataset[1]["image"].squeeze(), decoded)


def test_names_and_numbers_are_those_of_the_table(dataset, out):
    for item, row in zip(dataset, rows_of(out), strict=True):
        assert item["shown"] == {layer: row[layer] for layer in dataset.classes}
        named = {layer: dataset.classes[layer][k] for layer, k in item["labels"].items()}
        assert named == item["shown"]
        assert item["split"] == row["split"]


def test_a_split_is_its_images_in_order(folder, dataset, out):
    rows = rows_of(out)
    for split in ("train", "test"):
        part = imggen.Dataset(folder, split=split)
        wanted = [i for i, row in enumerate(rows) if row["split"] == split]
        assert [item["index"] for item in part] == wanted
        assert [part[k]["index"] for k in range(len(part))] == wanted
        assert all(same(part[k], dataset[i]) for k, i in enumerate(wanted))
        assert part.encode(-1) == path_of(out, rows[wanted[-1]]).read_bytes()
        assert out / part.name(0) == path_of(out, rows[wanted[0]])


def test_a_batch_is_its_items_on_top_of_each_other(folder):
    dataset = imggen.Dataset(folder, masks=True)
    order = [7, -1, np.int64(0), 7]
    batch, items = dataset.batch(order), [dataset[k] for k in order]
    assert (batch["image"].dtype, batch["index"].dtype) == (np.uint8, np.int64)
    check_pixels(batch["image"], np.stack([item["image"] for item in items]))
    assert batch["index"].tolist() == [7, COUNT - 1, 0, 7]
    assert batch["split"] == [item["split"] for item in items]
    for layer in dataset.classes:
        assert batch["shown"][layer] == [item["shown"][layer] for item in items]
        assert batch["labels"][layer].dtype == np.int64
        assert batch["labels"][layer].tolist() == [item["labels"][layer] for item in items]
    assert all(same(a, b["objects"]) for a, b in zip(batch["objects"], items, strict=True))
    assert len(dataset.batch([])["image"]) == 0


def test_several_at_once_are_as_one_after_the_other(dataset):
    order = [5, -2, 5, 40]
    assert same({"": dataset.__getitems__(order)[1]}, {"": dataset[-2]})
    assert [item["index"] for item in dataset.__getitems__(order)] == [5, COUNT - 2, 5, 40]
    assert dataset.__getitems__([]) == []


# --- a sequence -----------------------------------------------------------------------------------


def test_it_is_a_sequence(dataset):
    assert len(dataset) == COUNT
    assert dataset[-1]["index"] == dataset[np.int32(COUNT - 1)]["index"] == COUNT - 1
    for beyond in (COUNT, -COUNT - 1):
        with pytest.raises(IndexError, match=f"{beyond} is beyond the {COUNT} images"):
            dataset[beyond]
    for place, shown in ((1.5, "1.5"), ("train", '"train"')):
        with pytest.raises(TypeError, match=f"asked for by {shown}; expected a whole number"):
            dataset[place]
    assert repr(dataset) == "<imggen.Dataset 'article': 60 images, 192x108>"


def test_iterating_by_index_ends():
    class Wrapped:
        """What a user writes round a dataset: Python iterates it by index until IndexError."""

        def __init__(self, dataset):
            self.dataset = dataset

        def __getitem__(self, i):
            return self.dataset[i]["index"]

    assert list(Wrapped(imggen.Dataset(overrides={"dataset.count": 3}))) == [0, 1, 2]


def test_a_slice_is_a_part(folder, dataset):
    part = dataset[10:50:7]
    assert [item["index"] for item in part] == [10, 17, 24, 31, 38, 45]
    assert same(part[-1], dataset[45])
    assert [item["index"] for item in part[::-1][:2]] == [45, 38]
    assert len(imggen.Dataset(folder, split="test")[:5]) == 5
    assert len(dataset[COUNT:]) == 0
    assert list(dataset[COUNT:]) == []


def test_images_are_the_callers_own(dataset):
    first = dataset[0]["image"]
    kept = first.copy()
    dataset[1]["image"][:] = 0
    check_pixels(first, kept)
    first[:] = 0
    check_pixels(dataset[0]["image"], kept)


def test_another_seed_is_another_dataset(folder, dataset):
    other = dataset.with_seed(1)
    fresh = imggen.Dataset(folder, overrides={"dataset.seed": 1})
    assert all(map(same, other, fresh))
    assert not all(map(same, other, dataset))
    assert all(map(same, other.with_seed(0), dataset))
    train = imggen.Dataset(folder, split="train").with_seed(1)
    assert {item["split"] for item in train} == {"train"}


# --- processes and threads ------------------------------------------------------------------------


def test_a_pickle_holds_art_and_plan_and_no_canvas(folder):
    dataset = imggen.Dataset(folder)
    fresh = pickle.dumps(dataset)
    dataset[0]
    dataset.encode(0)
    again = pickle.dumps(dataset)
    assert len(again) == len(fresh)
    library = load_library(folder)
    art = library.backgrounds.nbytes + library.sprites.colour.nbytes + library.sprites.alpha.nbytes
    assert len(again) < art * 1.1 + 50_000
    assert all(map(same, pickle.loads(again), dataset))


def load_library(folder):
    from imggen.assets import load_assets

    return load_assets(load(folder / "imggen.toml"))


def pick(dataset, positions):
    """What a worker process does."""
    return [dataset[k] for k in positions]


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # other tests leave threads
def test_any_process_makes_the_same(dataset, start):
    order = np.random.default_rng(1).permutation(COUNT)
    dataset[0]  # so that a fork meets a canvas in use
    context = multiprocessing.get_context(start)
    with ProcessPoolExecutor(2, context) as pool:
        made = list(pool.map(pick, [dataset] * 2, [order[:30], order[30:]]))
    for k, item in zip(order, made[0] + made[1], strict=True):
        assert same(item, dataset[k])


def test_any_thread_makes_the_same(dataset):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(dataset.__getitem__, list(range(COUNT)) * 4))
    assert all(map(same, made[:COUNT], dataset))
    assert all(map(same, made[-COUNT:], dataset))


# --- what it loads, and what it refuses -----------------------------------------------------------


def test_the_package_itself_is_light():
    code = "import sys, imggen; print(*sys.modules); imggen.Dataset; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = map(str.split, done.stdout.splitlines())
    assert {"numpy", "pydantic"}.isdisjoint(before)
    assert {"pandas", "joblib", "typer", "rich", "imggen.run"}.isdisjoint(after)
    with pytest.raises(AttributeError, match=r"has no attribute 'Datsaet'"):
        imggen.Datsaet  # noqa: B018  # asking is what is tested


def test_settings_as_toml_gives_them_and_configurations(folder, dataset, monkeypatch):
    monkeypatch.chdir(folder)
    values = small_article_values(trim=True)
    kept = read_source(folder / "imggen.toml").settings
    assert all(map(same, imggen.Dataset(kept), dataset))
    assert same(
        imggen.Dataset(values, overrides={"dataset.count": 5})[4],
        imggen.Dataset(values, overrides={"dataset.count": 9})[4],
    )
    assert values == small_article_values(trim=True)
    monkeypatch.chdir("/")
    config = load(folder / "imggen.toml")
    assert all(map(same, imggen.Dataset(config), dataset))
    fewer = imggen.Dataset(config, overrides={"dataset.count": 7})
    assert fewer.config.dataset.count == len(fewer) == 7
    assert all(map(same, fewer, dataset[:7]))
    assert imggen.Dataset(str(folder / "imggen.toml")).config == config


# --- more images than are planned at once ---------------------------------------------------------


@pytest.fixture
def few_at_once(monkeypatch):
    """Images are planned a few at a time, and soon forgotten."""
    for name, value in {"SEGMENT_IMAGES": 16, "ACCESS_BYTES": 1, "ACCESS_IMAGES": 4}.items():
        monkeypatch.setattr(segments, name, value)


def test_images_of_many_segments(folder, dataset, few_at_once):
    order = np.random.default_rng(0).permutation(COUNT).tolist()
    large = imggen.Dataset(folder)
    assert all(same(large[k], dataset[k]) for k in order)
    assert all(map(same, large.__getitems__(order), dataset.__getitems__(order)))
    assert same(large.batch(order), dataset.batch(order))
    assert large.shown(order) == dataset.shown(order)
    assert large.encode(41) == dataset.encode(41)
    assert large.name(41) == dataset.name(41)
    for split in ("train", "test"):
        ours, all_at_once = imggen.Dataset(folder, split=split), dataset_of(folder, split)
        assert [item["index"] for item in ours] == all_at_once


def dataset_of(folder, split):
    """The images of a split, by their index in all."""
    return [item["index"] for item in imggen.Dataset(folder) if item["split"] == split]


def test_many_threads_plan_the_same_segments(folder, dataset, few_at_once):
    large = imggen.Dataset(folder)
    with ThreadPoolExecutor(8) as pool:
        items = list(pool.map(large.__getitem__, list(range(COUNT)) * 3))
    assert all(map(same, items, [*dataset] * 3))


def test_a_billion_images_are_there_at_once(folder):
    large = imggen.Dataset(folder, overrides={"dataset.count": 10**9})
    assert len(large) == 10**9
    assert same(large[59], imggen.Dataset(folder)[59])
    assert large[10**9 - 1]["index"] == 10**9 - 1
