"""What a run of the benchmarks does not show when all goes well."""

import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from benchmarks import bench_encode, cost_pages, peers
from benchmarks.art import draw_small
from benchmarks.bench_labels import VERIFIED, WrongLabelsError, verify_coco
from benchmarks.jobs import make_job, small_values, spread_scenes, write_config
from benchmarks.machine import this_machine
from benchmarks.readme import RESULTS
from benchmarks.svg import draw_bars
from benchmarks.tables import Column, Report, Table, as_markdown
from benchmarks.verify import WrongPixelsError, verify
from PIL import Image


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    draw_small(folder)
    config = write_config(folder, small_values(), dataset__count=8)
    return make_job("small", "small", config, spread_scenes(config, 2, 4))


def test_no_scene_comes_twice(job):
    scenes = [id(scene) for scenes in job.rounds for scene in scenes]
    assert len(scenes) == len(set(scenes)) == 8


def test_art_is_the_same_each_time(tmp_path, job):
    draw_small(tmp_path)
    for path in (*job.backgrounds, *job.sprites):
        again = tmp_path / path.relative_to(job.config.root)
        assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", [peers.IMGGEN, peers.ISAL, peers.PILLOW_6, peers.SCRIPT])
def test_contenders_make_what_pillow_makes(job, name):
    verify(name, peers.PEERS["png"][name](job), job, job.rounds[0])


@pytest.mark.parametrize("name", list(peers.PEERS["webp"]))
def test_contenders_of_webp_make_what_pillow_makes(tmp_path, name):
    if name.startswith("cwebp") and shutil.which("cwebp") is None:
        pytest.skip("cwebp is not installed")
    draw_small(tmp_path)
    webp = {"output__format": "webp", "output__lossless": True}
    config = write_config(tmp_path, small_values(), dataset__count=8, **webp)
    job = make_job("small", "small", config, spread_scenes(config, 2, 4))
    verify(name, peers.PEERS["webp"][name](job), job, job.rounds[0])


def test_a_wrong_contender_is_not_timed(job):
    first = peers.PEERS["png"][peers.ISAL](job)(job.rounds[0][0])
    stuck = [bytes(piece) for piece in first]
    with pytest.raises(WrongPixelsError, match=r"stuck, small: \d+ values differ from Pillow's"):
        verify("stuck", lambda scene: stuck, job, job.rounds[0])


def test_a_missing_peer_is_reported(job, monkeypatch):
    def import_nothing(name):
        raise ImportError(f"No module named '{name}'", name=name)

    monkeypatch.setattr(peers, "import_module", import_nothing)
    contenders, missing = bench_encode.make_contenders(job)
    assert peers.IMGGEN in contenders
    assert "OpenCV" not in contenders
    assert missing["OpenCV"] == "No module named 'cv2'"


TABLE = Table(
    "Speed & size",
    (Column("name", ""), Column("ms", "CPU ms", "{:.1f}")),
    [{"name": "imggen", "ms": 1.25}, {"name": "a < b", "ms": 40.0}, {"name": "absent"}],
    ["a note"],
    chart="ms",
)


def test_markdown():
    report = Report("encode", this_machine(), {}, [TABLE])
    assert as_markdown(report).splitlines()[2:] == [
        "### Speed & size", "",
        "|  | CPU ms |", "| --- | ---: |", "| imggen | 1.2 |", "| a < b | 40.0 |", "| absent |  |",
        "", "- a note",
    ]  # fmt: skip


def test_the_picture_has_a_bar_for_each_value():
    picture = ET.fromstring(draw_bars([TABLE, replace(TABLE, title="More")]))
    assert len(picture.findall(".//{*}rect")) == 4
    assert "a < b" in [text.text for text in picture.findall(".//{*}text")]


def test_wrong_labels_are_not_timed(tmp_path):
    image = {"id": 0, "file_name": "0.png"}
    shown = [{"image_id": 0, "category_id": 1, "area": 3}]
    told = {"images": [image] * VERIFIED, "categories": [{"id": 1, "name": "axe"}]}
    for folder in ("annotations", "masks/instance"):
        (tmp_path / folder).mkdir(parents=True)
    annotations = tmp_path / "annotations/instances.json"
    annotations.write_text(json.dumps({**told, "annotations": shown}))
    table = tmp_path / "data.csv"
    table.write_text("background,character,object,image\nsea,none,none,0\n")
    with pytest.raises(WrongLabelsError, match=r"coco has \{'axe': 1\}, but data.csv \{\}"):
        verify_coco(tmp_path)
    table.write_text("background,character,object,image\nsea,none,axe,0\n")
    Image.fromarray(np.eye(2, dtype=np.uint8)).save(tmp_path / "masks/instance/0.png")
    with pytest.raises(WrongLabelsError, match=r"areas \[3\], but 0.png \[2\]"):
        verify_coco(tmp_path)


@pytest.mark.parametrize("name", cost_pages.PAGES)
def test_pages_of_costs_are_of_the_results(name):
    assert cost_pages.filled(name, RESULTS) == (cost_pages.DOCS / name).read_text()


@pytest.mark.parametrize(
    ("name", "report"), [(page, one) for page, all_of in cost_pages.PAGES.items() for one in all_of]
)
def test_other_results_make_another_page(tmp_path, name, report):
    for one in cost_pages.PAGES[name]:
        shutil.copy(RESULTS / f"{one}.json", tmp_path)
    values = json.loads((tmp_path / f"{report}.json").read_text())
    row = values["tables"][0]["rows"][0]
    row["server" if report == "stores-servers" else "seconds"] *= 3
    (tmp_path / f"{report}.json").write_text(json.dumps(values))
    assert cost_pages.filled(name, tmp_path) != (cost_pages.DOCS / name).read_text()
