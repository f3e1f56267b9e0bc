"""Labels are the same whatever the workers, chunks and interruptions, and change no image."""

import json
import shutil

import pytest
from tests.checks import check_same_files, check_sentence
from tests.formats.crowd import write_crowd
from tests.run.runs import run, run_and_kill

from imggen.config.plain import LABEL_FORMATS, YOLO_FORMATS
from imggen.errors import OutputError
from imggen.run.journal.journal import Journal

COUNT = 60
OTHERS = {*YOLO_FORMATS} - {"yolo-segment"} | {"voc"}  # others write the same files
FORMATS_AT_ONCE = sorted({*LABEL_FORMATS} - OTHERS)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Characters and objects anywhere, in two splits."""
    caption = "a {character} with a {object} in the {background}"
    folder = tmp_path_factory.mktemp("article")
    return write_crowd(folder, class_layer="character", caption=caption)


def label(dataset, out, formats=FORMATS_AT_ONCE, **settings):
    settings = {"dataset__count": COUNT, "labels__formats": list(formats), **settings}
    return run(dataset, out, **settings)


@pytest.fixture(scope="module")
def labelled(dataset, tmp_path_factory):
    """A run with labels that was not interrupted."""
    out = tmp_path_factory.mktemp("labelled") / "out"
    label(dataset, out)
    return out


def summary_of(out):
    return json.loads((out / "run.json").read_text())


def test_images_and_table_stay_as_they_are(dataset, labelled, tmp_path):
    summary = label(dataset, tmp_path / "plain", formats=())
    assert not (tmp_path / "plain/annotations").exists()
    assert summary.digest == summary_of(labelled)["digest"]
    check_same_files(tmp_path / "plain/images", labelled / "images", but=("metadata.jsonl",))


@pytest.mark.parametrize(
    "settings", [{"chunk_size": 1}, {"chunk_size": 7}, {"workers": 2}], ids=str
)
def test_workers_and_chunks_change_nothing(dataset, labelled, tmp_path, settings):
    label(dataset, tmp_path / "out", **settings)
    check_same_files(tmp_path / "out", labelled)
    ours, other = (
        json.loads((out / "run.json").read_text()) for out in (labelled, tmp_path / "out")
    )
    assert ours["labels"] == other["labels"]


def break_image(out):
    next((out / "images").rglob("*.png")).unlink()


def break_part(out):
    next(path for path in (out / ".imggen/fragments").rglob("*") if path.is_file()).unlink()


def break_label(out):
    next((out / "labels").rglob("*.txt")).unlink()
    next((out / "masks/semantic").rglob("*.png")).unlink()


def break_merged(out):
    (out / "data.yaml").unlink()
    shutil.rmtree(out / "annotations")


def break_records(out):
    shutil.rmtree(out / ".imggen/done")


@pytest.mark.parametrize(
    "damage", [break_image, break_part, break_label, break_merged, break_records]
)
def test_what_is_lost_is_made_again(dataset, labelled, tmp_path, damage):
    shutil.copytree(labelled, tmp_path / "out", symlinks=True)
    damage(tmp_path / "out")
    label(dataset, tmp_path / "out", existing="resume", chunk_size=5)
    check_same_files(tmp_path / "out", labelled)


def test_other_labels_are_another_run(dataset, labelled):
    with pytest.raises(OutputError) as error:
        label(dataset, labelled, formats=(), existing="resume")
    check_sentence(error.value, "labels.formats", "--overwrite")


def test_overwriting_leaves_no_labels_behind(dataset, labelled, tmp_path):
    shutil.copytree(labelled, tmp_path / "out", symlinks=True)
    label(dataset, tmp_path / "out", formats=(), existing="overwrite")
    label(dataset, tmp_path / "plain", formats=())
    check_same_files(tmp_path / "out", tmp_path / "plain")


def test_killed_and_resumed(dataset, tmp_path, monkeypatch):
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("imggen.run.engines.shared.memory_folder", lambda: memory)
    count = 600
    asked = {"chunk_size": 3, "dataset__count": count, "labels__formats": FORMATS_AT_ONCE}
    run_and_kill(dataset, tmp_path / "out", memory, 30, workers=2, **asked)
    done = sum(stop - start for start, stop in Journal(tmp_path / "out").ranges())
    assert 30 <= done < count, f"{done} images were done: not in the middle"
    run(dataset, tmp_path / "out", existing="resume", workers=2, **asked)
    run(dataset, tmp_path / "whole", **{**asked, "chunk_size": 50})
    check_same_files(tmp_path / "out", tmp_path / "whole")
