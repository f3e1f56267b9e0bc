"""What verifying a dataset says, and what a repair changes and leaves."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.art import save
from tests.report.damages import COUNT, GROUPS, contents_of, write_small
from tests.run.runs import Watcher, run

from imggen.config.load import read_source
from imggen.errors import OutputError, RunError
from imggen.report import main, opened
from imggen.report.main import verify
from imggen.report.repair import runs_of
from imggen.run.progress import Count
from imggen.store.summary import read_summary, write_summary

DIFFERS = "differs from what was written"
JOURNAL = ".imggen"


@pytest.fixture(scope="module", params=["boxes", "tar", "npz"])
def any_dataset(request, tmp_path_factory):
    return make(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def boxes(tmp_path_factory):
    return make(tmp_path_factory.mktemp("boxes"), "boxes")


def make(folder, group):
    write_small(folder / "art", *GROUPS[group])
    run(folder / "art", folder / "out", chunk_size=5 if group == "boxes" else None)
    return folder


@pytest.fixture
def out(boxes, tmp_path):
    """A dataset of loose files to damage."""
    return copy(boxes, tmp_path)


def copy(dataset, tmp_path):
    shutil.copytree(dataset, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy" / "out"


def look(out, *, repair=False, workers=1, progress=None):
    return verify(out, workers, progress or Count(), repair=repair)


def found(out, **options):
    return [(one.kind, str(one)) for one in look(out, **options).before.findings]


def test_a_whole_dataset(any_dataset):
    out = any_dataset / "out"
    before = contents_of(out)
    watcher = Watcher()
    report = look(out, progress=watcher)
    assert report.final.findings == []
    assert report.final.images == COUNT
    assert report.final.digest == read_summary(out)["digest"]
    assert report.final.size_bytes > 0
    assert (watcher.begun, watcher.advanced, watcher.said) == ((COUNT, 0), COUNT, [])
    assert contents_of(out) == before


def test_several_workers(any_dataset, tmp_path):
    out = copy(any_dataset, tmp_path)
    (out / "data.csv").unlink()
    assert found(out, workers=2) == [("missing", "data.csv")]


def test_the_journal_may_be_gone(any_dataset, tmp_path):
    """Everything is rendered again, to compare with, and nothing is left of that."""
    out = copy(any_dataset, tmp_path)
    shutil.rmtree(out / JOURNAL)
    watcher = Watcher()
    assert look(out, progress=watcher).final.findings == []
    expected = f"Rendering {COUNT} of {COUNT} images again to compare with: the journal does not "
    assert watcher.said == [expected + "list them."]
    assert not (out / JOURNAL).exists()
    assert sorted(path.name for path in out.parent.iterdir()) == ["art", "out"]


def test_a_flipped_bit(out):
    path = out / "images" / "train" / "1.png"
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content)
    # Its class folder has a link to it in the dataset, and a copy of it here.
    assert found(out) == [("damaged", f"images/train/1.png: {DIFFERS}")]


def test_a_zeroed_image_of_the_right_size(out):
    path = out / "images" / "train" / "1.png"
    path.write_bytes(bytes(path.stat().st_size))
    assert found(out) == [("damaged", f"images/train/1.png: {DIFFERS}")]


def test_two_swapped_images(out):
    names = [name for name in contents_of(out) if name.startswith("images/")][:2]
    first, second = (out / name for name in names)
    first.rename(out / "x")
    second.rename(first)
    (out / "x").rename(second)
    assert sorted(found(out)) == [
        ("swapped", f"{names[0]}: holds {names[1]}"),
        ("swapped", f"{names[1]}: holds {names[0]}"),
    ]


def test_one_image_over_another(out):
    names = [name for name in contents_of(out) if name.startswith("images/")][:2]
    shutil.copy(out / names[0], out / names[1])
    assert found(out) == [("swapped", f"{names[1]}: holds {names[0]}")]


def test_a_cut_file(out):
    path = out / "labels" / "train" / "1.txt"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:3])
    assert found(out) == [("damaged", f"labels/train/1.txt: has 3 bytes; {size} were written")]


def test_an_unreadable_file(out):
    path = out / "images" / "train" / "1.png"
    path.unlink()
    path.mkdir()
    assert found(out) == [("damaged", "images/train/1.png: cannot be read: Is a directory")]


def test_extra_files(out):
    (out / "images" / "train" / "99.png").write_bytes(b"x")
    (out / "images" / "train" / "1.png.part").write_bytes(b"x")
    (out / "notes.txt").write_text("mine")
    assert sorted(found(out)) == [
        ("extra", "images/train/1.png.part: left by a killed run"),
        ("extra", "images/train/99.png"),
        ("extra", "notes.txt"),
    ]
    report = look(out, repair=True)
    assert sorted(str(one) for one in report.after.findings) == ["images/train/99.png", "notes.txt"]
    assert (out / "notes.txt").read_text() == "mine"


def test_an_edited_table(out):
    """It is compared with the plan even where `run.json` no longer says what it was."""
    path = out / "data.csv"
    lines = path.read_text().splitlines(keepends=True)
    lines[3] = "day,cap,1,1,train,2\n"
    path.write_text("".join(lines))
    assert [kind for kind, _ in found(out)] == ["damaged"]
    (out / JOURNAL / "run.json").unlink()
    (out / "run.json").unlink()
    assert sorted(found(out)) == [
        ("damaged", "data.csv, line 4: does not match the plan"),
        ("missing", ".imggen/run.json"),
        ("missing", "run.json"),
    ]


def test_numbers_of_the_summary(out):
    """A `run.json` that is as it was written, and is wrong."""
    summary = read_summary(out)
    for folder in (out, out / JOURNAL):
        write_summary(folder, {**summary, "images": 3})
    assert found(out) == [("damaged", f"run.json, images: is 3; expected {COUNT}")]


def test_a_copy_of_another_summary(out):
    write_summary(out / JOURNAL, {**read_summary(out), "seed": 5})
    assert found(out) == [("damaged", ".imggen/run.json: belongs to another run than run.json")]


# --- what cannot be verified ----------------------------------------------------------------------


def refused(out, error=OutputError, **options):
    with pytest.raises(error) as caught:
        look(out, **options)
    return str(caught.value)


def test_no_dataset(tmp_path, boxes):
    expected = (
        "expected a folder with run.json and imggen.toml. To complete a stopped run, repeat its "
        "command with --resume."
    )
    assert refused(tmp_path) == f"{tmp_path} holds no finished dataset; {expected}"
    assert refused(tmp_path / "x") == f"{tmp_path / 'x'} is not a folder; {expected}"
    art = boxes / "art"
    assert refused(art) == f"{art} holds no finished dataset; {expected}"


def test_changed_art(out):
    save(out.parent / "art" / "skys" / "day.png", np.zeros((16, 24, 3), np.uint8))
    assert refused(out) == (
        f"{out} cannot be verified: layer.sky: day.png has changed. Undo that change: the "
        "expected content can only be computed from the original configuration and art."
    )


def test_an_edited_configuration_is_found(out):
    text = (out / "imggen.toml").read_text()
    (out / "imggen.toml").write_text(text.replace("seed = 0", "seed = 7"))
    assert found(out) == [("damaged", f"imggen.toml: {DIFFERS}")]
    assert look(out, repair=True).after.findings == []
    assert read_source(out / "imggen.toml").settings["dataset"]["seed"] == 0


def test_nothing_says_what_it_was(out):
    (out / "run.json").unlink()
    (out / JOURNAL / "run.json").unlink()
    (out / "imggen.toml").write_text("seed == 5")
    assert refused(out).startswith(f"run.json in {out} is damaged, and so is imggen.toml: ")


def other_versions(monkeypatch):
    now = {**opened.versions(), "isal": "0.0.1"}
    monkeypatch.setattr(opened, "versions", lambda: now)


def test_other_versions_verify_and_do_not_repair(out, monkeypatch):
    was = opened.versions()["isal"]
    other_versions(monkeypatch)
    assert found(out) == []
    (out / "images" / "train" / "1.png").unlink()
    assert found(out) == [("missing", "images/train/1.png")]
    assert refused(out, repair=True) == (
        f"{out} was made by other versions (isal {was}, now 0.0.1), and parts of it must be made "
        "again; install the earlier versions to make the same files again."
    )
    shutil.rmtree(out / JOURNAL)
    assert "and its journal does not list all images; install the earlier" in refused(out)


# --- repair ---------------------------------------------------------------------------------------


def stamps(out):
    """When each file was last written, but for the journal's."""
    return {
        name: (out / name).stat().st_mtime_ns
        for name in contents_of(out)
        if not name.startswith(JOURNAL)
    }


def test_a_repair_writes_nothing_else(out):
    before, was = stamps(out), contents_of(out)
    (out / "images" / "train" / "1.png").write_bytes(b"x")
    (out / "labels" / "train" / "5.txt").unlink()
    report = look(out, repair=True)
    assert report.after.findings == []
    assert contents_of(out) == was
    written = {name for name, stamp in stamps(out).items() if stamp != before[name]}
    images = {"1": written_of(out, "1"), "5": written_of(out, "5")}
    assert written <= images["1"] | images["5"]
    assert {"images/train/1.png", "labels/train/5.txt"} <= written


def written_of(out, stem):
    """The image of that name and what lies beside it."""
    return {name for name in contents_of(out) if Path(name).name.split(".")[0] == stem}


def test_a_repair_keeps_what_the_summary_says_of_the_run(out):
    before = (out / "run.json").read_bytes()
    (out / "data.csv").unlink()
    (out / "annotations" / "instances_test.json").write_bytes(b"")
    assert look(out, repair=True).after.findings == []
    assert (out / "run.json").read_bytes() == before


def test_a_class_folder_is_linked_again(tmp_path):
    out = make(tmp_path, "boxes") / "out"
    [name] = [name for name in contents_of(out) if name.startswith("classes/train/")
              and name.endswith("/1.png")]  # fmt: skip
    image = out / "images" / "train" / "1.png"
    assert image.samefile(out / name)
    (out / name).unlink()
    assert look(out, repair=True).after.findings == []
    assert image.samefile(out / name)


EVERY_LABEL = (
    "coco,coco-panoptic,yolo,voc-segment,masks,amodal-masks,occlusion,depth,table,instances,"
    "imagefolder,classes,captions,croissant,erc721,solana"
)


def names_in(out):
    """Names of all files and links, but for those of the journal."""
    paths = [path for path in out.rglob("*") if path.is_symlink() or not path.is_dir()]
    return {str(path.relative_to(out)) for path in paths if JOURNAL not in path.parts}


def test_whatever_is_lost_is_named_and_made_again(tmp_path):
    """Links too: nothing that a label format makes is left out of the record."""
    write_small(tmp_path / "art", "files", "png", EVERY_LABEL)
    out = tmp_path / "out"
    run(tmp_path / "art", out)
    before, names = contents_of(out), names_in(out)
    assert "JPEGImages" in names
    for name in names - {"report.html"}:
        (out / name).unlink()
    report = look(out, repair=True)
    expected = {("missing", name) for name in names - {"report.html"}}
    assert {(one.kind, one.name) for one in report.before.findings} == expected
    assert report.final.findings == []
    assert contents_of(out) == before
    assert names_in(out) == names


def test_a_link_that_became_something_else(tmp_path):
    write_small(tmp_path / "art", "files", "png", "voc")
    out = tmp_path / "out"
    run(tmp_path / "art", out)
    (out / "JPEGImages").unlink()
    assert found(out) == [("missing", "JPEGImages: was a link to images")]
    damaged = [("damaged", "JPEGImages: is not the link to images that was made")]
    (out / "JPEGImages").symlink_to("nowhere")
    assert found(out) == damaged
    (out / "JPEGImages").unlink()
    (out / "JPEGImages").write_text("images")  # as git and unzip may leave links
    assert found(out, repair=True) == damaged
    assert (out / "JPEGImages").readlink() == Path("images")


def test_one_row_of_an_array(tmp_path, monkeypatch):
    """All other rows are kept."""
    out = make(tmp_path, "npz") / "out"
    before = contents_of(out)
    rows = read_summary(out)["files"]["dataset.npz"]["rows"]
    with (out / "dataset.npz").open("r+b") as file:
        file.seek(rows[0] + 3 * 24 * 16 * 3 + 5)
        file.write(b"\0" * 9)
    report = look(out)
    assert [str(one) for one in report.before.findings] == [
        "dataset.npz: Bad CRC-32 for file 'imgs.npy'" if False else
        f"dataset.npz, image 3: {DIFFERS}",
        "dataset.npz: imgs.npy in it cannot be decoded",
    ]  # fmt: skip
    rendered = []
    usual = main.Repair._render
    monkeypatch.setattr(
        main.Repair, "_render", lambda self, *args: (rendered.append(args[0]), usual(self, *args))
    )
    assert look(out, repair=True).after.findings == []
    assert [len(positions) for positions in rendered] == [1]
    assert contents_of(out) == before


def test_a_repair_without_a_journal(out):
    """It is made again, too, with what it says."""
    before = contents_of(out)
    shutil.rmtree(out / JOURNAL)
    (out / "annotations" / "instances_test.json").unlink()
    (out / "images" / "train" / "1.png").unlink()
    assert look(out, repair=True).after.findings == []
    after = contents_of(out)
    assert {name: after[name] for name in before if not name.startswith(JOURNAL)} == {
        name: content for name, content in before.items() if not name.startswith(JOURNAL)
    }
    assert (out / JOURNAL / "manifest.json").read_bytes() == before[f"{JOURNAL}/manifest.json"]


def test_a_repair_that_makes_another_dataset(out, monkeypatch):
    """It is said, and not hidden by putting the old summary back."""
    (out / "data.csv").unlink()
    before = opened.read_summary(out)

    def generate(config, options, progress):
        write_summary(out, {**before, "digest": "other"})

    monkeypatch.setattr(main, "generate_here", generate)
    assert refused(out, RunError, repair=True) == (
        f"{out} was repaired, but digest in run.json is other now and was {before['digest']}; "
        "make the dataset again with --overwrite."
    )


def test_runs():
    assert list(runs_of([])) == []
    assert list(runs_of([3])) == [(3, 4)]
    assert list(runs_of([0, 1, 2, 5, 6, 9])) == [(0, 3), (5, 7), (9, 10)]
    assert list(runs_of(range(300))) == [(0, 256), (256, 300)]


def test_damage_to_records_alone(out):
    """The dataset is whole; its journal is made whole again."""
    [path, *_] = sorted((out / JOURNAL / "done").glob("*.record"))
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    assert found(out) == [("damaged", str(path.relative_to(out)))]
    assert look(out, repair=True).after.findings == []
    next((out / JOURNAL / "done").glob("*.record")).unlink()
    [(kind, what)] = found(out)
    assert kind == "missing"
    assert what.startswith(".imggen/done: it does not list ")
    assert look(out, repair=True).after.findings == []
