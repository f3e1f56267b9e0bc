"""`imggen label` leaves the folder that a run with these labels leaves, its report included."""

import json

import pytest

from imggen import bulk, cli


@pytest.mark.parametrize("option", [(), ("--no-report",)])
def test_the_report_is_that_of_a_run_at_once(call, here, small_article, option):
    run = [small_article, "--count", 6, "--workers", 1, "--quiet", *option]
    assert call(bulk.main, *run, "--out", "late") == (0, "", "")
    assert call(cli.main, "label", "late", "--labels", "coco", "--quiet") == (0, "", "")
    assert call(bulk.main, *run, "--out", "once", "--labels", "coco") == (0, "", "")
    names = {path.relative_to(here / "late") for path in (here / "late").rglob("*")}
    assert names == {path.relative_to(here / "once") for path in (here / "once").rglob("*")}
    if not option:
        late, once = ((here / name / "report.html").read_bytes() for name in ("late", "once"))
        assert late == once


@pytest.fixture
def finished(call, here, small_article):
    """The name of a folder with a run of six images."""
    assert call(bulk.main, small_article, "--count", 6, "-j", 1, "-q", "--out", "made")[0] == 0
    return "made"


def test_class_folders_of_a_finished_run(call, here, small_article, finished):
    options = ["--labels", "classes", "--class-layer", "background"]
    code, out, _ = call(cli.main, "label", finished, *options, "--json", "-q")
    assert code == 0
    assert json.loads(out)["report"] == "made/report.html"
    run = [small_article, "--count", 6, "-j", 1, "-q", "--out", "once"]
    assert call(bulk.main, *run, *options)[0] == 0
    names = {path.relative_to(here / "made") for path in (here / "made").rglob("*")}
    assert names == {path.relative_to(here / "once") for path in (here / "once").rglob("*")}
    made, once = ((here / name / "classes/classes.json") for name in ("made", "once"))
    assert made.read_bytes() == once.read_bytes()
    assert call(cli.main, "verify", "made", "-q", "-j", 1)[0] == 0
    code, _, err = call(cli.main, "label", finished, "--class-layer", "character")
    assert code == 2
    assert err == (
        "imggen: --class-layer is character, but made has class folders of background; leave it "
        "out, or make the dataset in another --out.\n"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "there is nothing to label: give --labels FORMAT,... or --base-uri URI."),
        (("--class-layer", "object"), (
            "--class-layer is object, but no class folders are asked for; add --labels classes. "
            "Classes that are in shards, beside the images, are made with the images alone."
        )),
        (("--base-uri", "ipfs://x/"), (
            "--base-uri is ipfs://x/, but made has no labels of a collection, which it is for; add "
            "--labels erc721 or --labels solana."
        )),
        (("--base-uri", "ipfs://x"), (
            '--base-uri is "ipfs://x", which the names of images follow; expected a slash at its '
            'end, like "ipfs://x/".'
        )),
        (("--class-layer", "object", "--labels", "clases"), (
            '--labels has "clases"; expected a list of table, coco, yolo, yolo-segment, yolo-obb, '
            "yolo-pose, voc, voc-segment, masks, coco-panoptic, amodal-masks, occlusion, depth, "
            "instances, imagefolder, classes, captions, croissant, erc721, solana. Did you mean "
            '"classes"?'
        )),
        (("--class-layer", "objet", "--labels", "classes"), (
            '--class-layer names "objet", which is no layer; did you mean "object"?'
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_labelled(call, finished, options, sentence):
    assert call(cli.main, "label", finished, *options) == (2, "", f"imggen: {sentence}\n")
