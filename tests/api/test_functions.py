"""`imggen.load`, `plan`, `render` and `generate` do what the command and `Dataset` do."""

import logging
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import imggen
from imggen import bulk
from imggen.errors import InputError


@pytest.fixture
def config(small_article):
    return imggen.load(small_article, {"dataset.count": 12})


@pytest.fixture
def made(config, tmp_path):
    return imggen.generate(config, tmp_path / "out", workers=1), tmp_path / "out"


def test_paths_texts_and_settings_load_alike(small_article):
    loaded = imggen.load(small_article)
    assert loaded == imggen.load(str(small_article)) == imggen.load(loaded)
    assert imggen.load(loaded, {"dataset.seed": 3}).dataset.seed == 3


def test_the_plan_is_the_table_of_a_run(config, made):
    table = pd.read_csv(made[1] / "data.csv", keep_default_na=False)
    planned = imggen.plan(config)
    assert len(planned) == 12
    pd.testing.assert_frame_equal(planned.to_pandas(), table, check_dtype=False)
    pd.testing.assert_frame_equal(planned.to_pandas(5, 7), planned.to_pandas()[5:7])


def test_a_row_has_none_where_nothing_is_drawn(small_article):
    layers = [
        {"name": "background", "folder": str(small_article / "backgrounds")},
        {
            "name": "object",
            "folder": str(small_article / "objects"),
            "place": {"x": ["0%", "100%"], "y": ["0%", "100%"]},
            "vary": {"scale": [0.5, 1]},
        },
    ]
    layers[1]["weights"] = {"none": 1} | dict.fromkeys(
        (path.stem for path in (small_article / "objects").iterdir()), 0
    )
    row = imggen.plan({"dataset": {"count": 1}, "layer": layers})[0]
    assert (row["object x"], row["object scale"]) == (None, None)


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (3, 3), (0, 13)])
def test_rows_that_are_not_there(config, start, stop):
    with pytest.raises(
        IndexError, match=f"^images {start} to {stop} are not among the 12 of the plan$"
    ):
        imggen.plan(config).to_pandas(start, stop)


def test_a_plan_is_indexed_like_a_list(config):
    planned = imggen.plan(config)
    rows = planned.to_pandas().to_dict("records")
    assert list(planned) == rows
    assert planned[3] == planned[-9] == rows[3]
    part = planned[8:2:-3]
    assert len(part) == 2
    assert list(part) == [rows[8], rows[5]]
    assert part.to_pandas().index.tolist() == [8, 5]
    assert part[1:][0] == rows[5]
    assert list(planned[5:5]) == []
    assert planned[5:5]._repr_html_() == "<p>article: 0 images, the first 0</p>"
    assert repr(planned) == "<imggen.plan of 'article': 12 images>"


@pytest.mark.parametrize(
    ("position", "error", "said"),
    [
        (12, IndexError, "12 is beyond the 12 images of this plan."),
        (-13, IndexError, "-13 is beyond the 12 images of this plan."),
        ("x", TypeError, 'an image is asked for by "x"; expected a whole number.'),
    ],
)
def test_images_that_no_plan_has(config, position, error, said):
    with pytest.raises(error) as caught:
        imggen.plan(config)[position]
    assert str(caught.value) == said


def test_a_configuration_says_what_it_makes(config):
    assert repr(config) == ("<imggen Config 'article': 12 images of background, character, object>")
    assert imggen.load(tomllib.loads(str(config))).resolved() == config.resolved()


def test_completion_lists_what_is_public():
    assert dir(imggen) == sorted([*imggen.__all__, "errors"])
    assert imggen.errors.InputError is InputError


def test_a_misspelt_name_is_told():
    with pytest.raises(AttributeError) as caught:
        imggen.generat  # noqa: B018  # it is asked for
    assert (caught.value.name, caught.value.obj) == ("generat", imggen)  # Python guesses from these


def test_a_plan_shows_its_first_rows_in_a_notebook(config):
    shown = imggen.plan(config)._repr_html_()
    assert shown.startswith("<p>article: 12 images, the first 10</p><table")
    assert shown.count("<tr") == 11


def test_a_rendered_image_is_the_file_of_a_run(config, made):
    image = imggen.render(config, 7)
    with Image.open(made[1] / "images" / "generated7.png") as file:
        assert image.mode == file.mode
        assert np.array_equal(image, file)
    assert imggen.render(imggen.Dataset(config), -5) == image
    with pytest.raises(IndexError):
        imggen.render(config, 12)


def test_arguments_replace_settings(config, tmp_path):
    summary = imggen.generate(
        config, tmp_path / "out", count=3, seed=1, image_format="jpeg", labels="coco", workers=1
    )
    same = {
        "dataset.count": 3, "dataset.seed": 1, "output.format": "jpeg", "labels.formats": ["coco"]
    }  # fmt: skip
    again = imggen.generate(config, str(tmp_path / "again"), overrides=same, workers=1)
    assert (summary.images, summary.digest) == (3, again.digest)


def test_a_run_is_completed_or_replaced(config, made):
    summary, out = made
    assert imggen.generate(config, out, resume=True).rendered == 0
    replaced = imggen.generate(config, out, overwrite=True, memory="1G", workers=1)
    assert (replaced.rendered, replaced.digest) == (12, summary.digest)


def test_the_report_is_that_of_the_command(small_article, config, made, tmp_path):
    out = tmp_path / "cli"
    assert (
        bulk.main(
            [str(small_article), "--count", "12", "--out", str(out), "--workers", "1", "--quiet"]
        )
        == 0
    )
    assert (made[1] / "report.html").read_bytes() == (out / "report.html").read_bytes()
    imggen.generate(config, tmp_path / "without", workers=1, report=False)
    assert not (tmp_path / "without/report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "OUT is not empty; give resume=True to complete it, overwrite=True to replace it."),
        (
            {"resume": True, "seed": 3},
            (
                "OUT cannot be resumed: dataset.seed was 0 and is 3. Give the same settings and "
                "art, or overwrite=True to start anew."
            ),
        ),
        (
            {"resume": True, "overwrite": True},
            "resume=True keeps what overwrite=True replaces; give one of them.",
        ),
        ({"workers": 0}, "workers is 0; expected a whole number, 1 or more."),
        ({"memory": "much"}, 'memory is "much"; expected a number of bytes, or a text like "2G".'),
        ({"report": "yes"}, 'report is "yes"; expected True or False.'),
        ({"count": 0}, "count is 0; expected a whole number, 1 or more."),
        ({"seed": -1}, "seed is -1; expected a whole number from 0 to 2^64 - 1."),
        (
            {"image_format": "jpg"},
            'image_format is "jpg"; expected "png", "jpeg" or "webp". Did you mean "jpeg"?',
        ),
        (
            {"overrides": {"dataset.count": 0}},
            "dataset.count is 0; expected a whole number, 1 or more.",
        ),
    ],
)
def test_errors_name_arguments(config, made, arguments, said):
    with pytest.raises(InputError) as error:
        imggen.generate(config, made[1], **arguments)
    assert str(error.value).replace(str(made[1]), "OUT") == said


def test_progress_is_logged(config, tmp_path, caplog, capsys):
    with caplog.at_level(logging.INFO, "imggen"):
        imggen.generate(config, tmp_path / "out", workers=1)
    assert caplog.messages[-1].startswith("12 of 12 images (100%), ")
    assert capsys.readouterr() == ("", "")


def test_no_name_of_the_package_is_that_of_a_module():
    """Once a module is loaded, it would be found in place of a function of that name."""
    folder = Path(imggen.__file__).parent
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert modules.isdisjoint(imggen.__all__)


def test_a_warning_of_art_is_logged_as_one(small_article, tmp_path, caplog):
    art = shutil.copytree(small_article, tmp_path / "art")
    path = art / "backgrounds" / "desert.png"
    with Image.open(path) as image:
        image.save(path, icc_profile=b"damaged")
    imggen.generate(art, tmp_path / "out", count=1, workers=1)
    (warning,) = (one for one in caplog.records if one.levelno == logging.WARNING)
    assert warning.getMessage() == f"In {path}, the colour profile cannot be read, and is ignored."


def test_plans_and_images_of_a_dataset_whose_art_has_changed(small_article, tmp_path, caplog):
    """A plan is told of; images, which would not be those of the files, are refused."""
    art, out = shutil.copytree(small_article, tmp_path / "art"), tmp_path / "out"
    imggen.generate(art, out, count=3, workers=1)
    imggen.plan(out)
    assert caplog.messages == []
    path = art / "backgrounds" / "forest.png"
    with Image.open(path) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    changed = "layer.background: forest.png has changed."
    assert len(imggen.plan(out)) == 3
    (warning,) = caplog.messages
    assert warning == (
        f"{out / 'imggen.toml'} does not make the dataset beside it again, and its digest will be "
        f"another: {changed}"
    )
    with pytest.raises(InputError) as caught:
        imggen.render(out, 0)
    assert str(caught.value) == (
        f"{out} holds a dataset that {out / 'imggen.toml'} would not make again: {changed} Undo "
        f"that, or make a dataset of what is there now: imggen.generate('{out}', ANOTHER)"
    )


def test_an_empty_folder_is_refused(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match='out is ""; expected a folder'):
        imggen.generate(config, "")
    assert list(tmp_path.iterdir()) == []
