"""Licences and origins are stated wherever a format has a place for them."""

import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from pyarrow import parquet
from tests.art import random_pixels, write_dataset
from tests.run.runs import run

from imggen.formats.licences import HUB_NAMES, Licence, find_licence

DATASET = {
    "count": 4,
    "description": "A <hat> & a sky",
    "licence": "cc-by-4.0",
    "author": "Ada & Co",
    "url": "https://example.org/hats",
}
ART = {"licence": "CC0-1.0", "author": "Ben", "source": "https://example.org/ben_1"}
ODD = {"licence": "My own | licence", "source": "drawn by hand"}
BY = {"id": 1, "name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
ZERO = {
    "id": 2,
    "name": "CC0-1.0",
    "url": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@pytest.fixture(scope="module")
def hats(tmp_path_factory):
    """The imggen.toml of a dataset that says all of its origin."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {"day": random_pixels(rng, 30, 20, 3)},
        "hat": {"cap": np.full((5, 5, 4), 255, np.uint8)},
        "bow": {"red": np.full((2, 2, 4), 255, np.uint8)},
    }
    folder = tmp_path_factory.mktemp("hats")
    tables = {"sky": {"art": ART}, "bow": {"art": ODD}, "hat": {"art": ART}}
    return write_dataset(folder, layers, dataset=DATASET, **tables).parent


def test_coco(hats, tmp_path):
    run(hats, tmp_path / "out", labels__formats=["coco"])
    file = json.loads((tmp_path / "out/annotations/instances.json").read_bytes())
    assert file["info"].pop("version")
    assert file["info"] == {
        "description": "A <hat> & a sky",
        "url": "https://example.org/hats",
        "contributor": "Ada & Co",
    }
    own = {"id": 3, "name": "My own | licence", "url": ""}
    assert file["licenses"] == [BY, ZERO, own]
    assert [image["license"] for image in file["images"]] == [1] * 4


def test_coco_of_art_alone(hats, tmp_path):
    """An image has no licence then: those of its art are several."""
    run(hats, tmp_path / "out", labels__formats=["coco"], dataset__licence=None)
    file = json.loads((tmp_path / "out/annotations/instances.json").read_bytes())
    assert [one["name"] for one in file["licenses"]] == ["CC0-1.0", "My own | licence"]
    assert not any("license" in image for image in file["images"])


def test_voc(hats, tmp_path):
    run(hats, tmp_path / "out", labels__formats=["voc"])
    tree = ET.parse(tmp_path / "out/Annotations/0.xml")
    assert [one.tag for one in tree.getroot()][:4] == ["folder", "filename", "source", "owner"]
    assert tree.findtext("owner/name") == "Ada & Co"


@pytest.mark.parametrize("settings", [{"labels__formats": ["imagefolder"]},
                                      {"output__container": "webdataset"}])  # fmt: skip
def test_cards(hats, tmp_path, settings):
    run(hats, tmp_path / "out", **settings)
    card = (tmp_path / "out/README.md").read_text()
    _, header, page = card.split("---\n", 2)
    assert "\nlicense: cc-by-4.0\n" in header
    assert "\nA &lt;hat&gt; &amp; a sky\n" in page
    assert f"\n- licence: [CC-BY-4.0]({BY['url']})\n- author: Ada &amp; Co\n" in page
    rows = re.findall(
        r"^\| (?:sky|hat|bow) \|.*$", page.split("## Origin of the art")[1], re.MULTILINE
    )
    ben = f"[CC0-1.0]({ZERO['url']}) | Ben | https://example.org/ben&#95;1 |"
    assert rows == [
        f"| sky | {ben}",
        f"| hat | {ben}",
        "| bow | My own &#124; licence |  | drawn by hand |",
    ]


@pytest.mark.parametrize(
    ("licence", "lines"),
    [
        ("MIT", ["license: mit"]),
        ("ours", ["license: other", 'license_name: "ours"']),
        (
            "https://example.org/l",
            [
                "license: other",
                'license_name: "https://example.org/l"',
                'license_link: "https://example.org/l"',
            ],
        ),
        (
            None,
            ["# license: mit  # yours to choose: huggingface.co/docs/hub/repositories-licenses"],
        ),
    ],
)
def test_the_licence_in_a_card(hats, tmp_path, licence, lines):
    run(hats, tmp_path / "out", labels__formats=["imagefolder"], dataset__licence=licence)
    header = (tmp_path / "out/README.md").read_text().split("---\n")[1].splitlines()
    assert [line for line in header if "license" in line] == lines


def test_parquet(hats, tmp_path):
    run(hats, tmp_path / "out", output__container="parquet")
    (path,) = (tmp_path / "out/data").iterdir()
    info = json.loads(parquet.read_schema(path).metadata[b"huggingface"])["info"]
    del info["features"]
    assert info == {
        "description": "A <hat> & a sky",
        "homepage": "https://example.org/hats",
        "license": "CC-BY-4.0",
    }


def test_nothing_else_changes(hats, tmp_path):
    """Images and tables have the same digest whatever is said of their origin."""
    digests = {
        run(hats, tmp_path / str(licence), dataset__licence=licence).digest
        for licence in ("MIT", None)
    }
    assert len(digests) == 1


def test_licences():
    assert find_licence(None) is None
    assert find_licence("Ours") == Licence("Ours", "", "other")
    assert find_licence("odbl-1.0") == Licence(
        "ODbL-1.0", "https://spdx.org/licenses/ODbL-1.0.html", "odbl"
    )
    assert find_licence("CC-BY-NC-SA-3.0").url == (
        "https://creativecommons.org/licenses/by-nc-sa/3.0/"
    )
    assert all(find_licence(name.upper()).name == name for name in HUB_NAMES)
