"""Commands on finished datasets in stores do what they do in local folders."""

import json

import pytest
from tests.stores.conftest import BUCKET, imggen, local_contents

OUT = f"s3://{BUCKET}/x"
HOW = ["--count", 24, "--workers", 1, "--quiet"]
WAYS = {
    "files": ["--labels", "yolo,coco"],
    "webdataset": ["--container", "webdataset", "--shard-images", 5],
    "mds": ["--container", "mds", "--shard-images", 5],
    "npy": ["--container", "npy"],
    "npz": ["--container", "npz"],
}
FIRST = {
    "files": "images/generated0.png",
    "webdataset": "shards/article-000000.tar",
    "mds": "mds/shard.00000.mds",
    "npy": "imgs.npy",
    "npz": "dataset.npz",
}


def put(server, name, content):
    server.client.put_object(Bucket=BUCKET, Key=f"x/{name}", Body=content)


def delete(server, *names):
    for name in names:
        server.client.delete_object(Bucket=BUCKET, Key=f"x/{name}")


@pytest.mark.parametrize("way", WAYS)
def test_repairs(server, art, way):
    assert imggen("bulk", art, *HOW, *WAYS[way], "--out", OUT, "--no-report") == (0, "")
    expected, summary = server.contents("x"), server.read("x", "run.json")
    names = sorted(name for name in expected if name.startswith(FIRST[way].split("0")[0]))
    content = bytearray(expected[names[0]])
    content[len(content) // 2] ^= 1
    put(server, names[0], bytes(content))
    lost = ["data.csv", *names[1:2]]
    delete(server, *lost)
    code, said = imggen("verify", OUT)
    assert code == 1
    assert f"missing  {len(lost)}\n" in said
    assert "\ndamaged  " in said
    assert names[0] in said
    code, said = imggen("verify", OUT, "--repair")
    assert said.endswith("result   repaired: everything is as it was written\n"), said
    assert code == 0
    assert server.contents("x").keys() == expected.keys()
    assert server.contents("x") == expected
    assert server.read("x", "run.json") == summary
    assert not [name for name in server.names("x") if "/shards/" in name or "lease" in name]


@pytest.mark.parametrize("way", ["webdataset", "npy"])
def test_a_lost_journal_and_a_lost_file_are_repaired(server, art, way):
    assert imggen("bulk", art, *HOW, *WAYS[way], "--out", OUT, "--no-report") == (0, "")
    expected = server.contents("x")
    journal = [name for name in server.names("x") if name.startswith(".imggen/")]
    delete(server, *journal, *(name for name in expected if name.startswith(FIRST[way][:6])))
    assert imggen("verify", OUT, "--repair", "--quiet", "--workers", 1)[0] == 0
    assert server.contents("x") == expected


def test_an_extra_file_and_a_swapped_one_are_named(server, art):
    assert imggen("bulk", art, *HOW, "--out", OUT) == (0, "")
    assert server.read("x", "report.html")  # not counted
    put(server, "notes.txt", b"mine")
    put(server, "images/generated3.png", server.read("x", "images/generated0.png"))
    code, said = imggen("verify", OUT, "--json")
    assert code == 1
    found = json.loads(said.splitlines()[-1])["found"]
    swapped = {"name": "images/generated3.png", "detail": "holds images/generated0.png"}
    extra = {"name": "notes.txt"}
    assert found == {"missing": [], "damaged": [], "swapped": [swapped], "extra": [extra]}
    code, said = imggen("verify", OUT, "--repair")
    assert code == 1
    assert "result   repaired, except for:\nextra    1\n  notes.txt" in said


@pytest.mark.parametrize(
    ("way", "before", "labels"),
    [
        ("files", "coco", "coco,yolo"),
        ("webdataset", "coco", "coco,croissant"),
        ("npy", "croissant", "croissant,coco"),
    ],
)
def test_labels_are_added(server, art, tmp_path, way, before, labels):
    labels = ["--labels", labels]
    how = [] if way == "files" else WAYS[way]
    assert imggen("bulk", art, *HOW, *how, *labels, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *HOW, *how, "--labels", before, "--out", OUT) == (0, "")
    server.requests.clear()
    code, said = imggen("label", OUT, *labels, "--workers", 1, "--quiet")
    assert (code, said) == (0, ""), said
    written = [path for method, path in server.requests if method == "PUT"]
    assert not [path for path in written if path.endswith((".png", ".tar", "imgs.npy"))]
    contents = server.contents("x")
    assert contents.pop("report.html")
    expected = local_contents(tmp_path / "out")
    del expected["report.html"]
    assert contents.keys() == expected.keys()
    assert contents == expected
    assert json.loads(server.read("x", "run.json"))["rendered"] == 24
    assert imggen("verify", OUT, "--quiet") == (0, "")


def test_labelling_a_dataset_that_lacks_images_is_refused(server, art):
    assert imggen("bulk", art, *HOW, "--out", OUT) == (0, "")
    before = server.read("x", ".imggen/manifest.json")
    delete(server, "images/generated3.png")
    code, said = imggen("label", OUT, "--labels", "yolo", "--workers", 1)
    assert code == 2
    assert said == (
        f"imggen: {OUT} lacks 1 of its 24 images, or labels beside them; make them again with "
        "imggen verify --repair first.\n"
    )
    assert server.read("x", ".imggen/manifest.json") == before


def test_the_report_is_written(server, art):
    assert imggen("bulk", art, *HOW, "--out", OUT) == (0, "")
    page = server.read("x", "report.html")
    delete(server, "report.html")
    assert imggen("report", OUT) == (0, f"where    {OUT}/report.html\n")
    assert server.read("x", "report.html") == page


def test_few_files_are_here_while_they_are_verified(server, art, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert imggen("bulk", art, *HOW, "--count", 70, "--out", OUT) == (0, "")
    found = []
    server.fault = lambda number, environ: found.append(len([*tmp_path.rglob("*.png")]))
    assert imggen("verify", OUT, "--workers", 1, "--quiet") == (0, "")
    assert 0 < max(found) <= 32  # those of one task
    assert not any(tmp_path.iterdir())
