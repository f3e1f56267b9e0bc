"""The README's table of readers names those that tests use, each with its tests, and no others."""

import ast
import re
from pathlib import Path

REPO = Path(__file__).parents[1]
CONSUMERS = REPO / "tests" / "consumers"
ROW = re.compile(r"^\| (.+?) \| .+ \| (\[.+\]\(tests/consumers/.+\)) \|$", re.MULTILINE)
LINK = re.compile(r"\[(\w+)\]\((tests/consumers/.*?)\)")
HEAVY = " *"  # behind a reader that CI leaves out

# By what the table calls it, what a test imports to use it.
READERS = {
    "pycocotools": "pycocotools",
    "supervision": "supervision",
    "torchvision": "torchvision",
    "Datumaro": "datumaro",
    "OpenCV": "cv2",
    "albumentations": "albumentations",
    "Hugging Face `datasets`": "datasets",
    "WebDataset": "webdataset",
    "wids": "wids",
    "PyTorch": "torch",
    "pandas": "pandas",
    "PyArrow": "pyarrow",
    "DuckDB": "duckdb",
    "polars": "polars",
    "tfrecord": "tfrecord",
    "MosaicML Streaming": "streaming",
    "mlcroissant": "mlcroissant",
    "Ultralytics": "ultralytics",
    "Hugging Face `transformers`": "transformers",
    "FiftyOne": "fiftyone",
    "LitData": "litdata",
    "TensorFlow": "tensorflow",
    "Keras": "tensorflow",
    "NVIDIA DALI": "nvidia",
    "Pillow": "PIL",
    "FFmpeg": "check_ffmpeg",
}
NOT_OF_READERS = {"test_docs", "test_environment"}


def rows():
    """Each row of the table: the readers, whether CI leaves them out, and name to path of tests."""
    for readers, links in ROW.findall((REPO / "README.md").read_text()):
        names = readers.removesuffix(HEAVY).split(", ")
        yield names, readers.endswith(HEAVY), dict(LINK.findall(links))


def used_by(path):
    """What a test file names that may be a reader: modules, fixtures, and texts such as modules."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import():
                found |= {one.name for one in node.names}
            case ast.ImportFrom(module=str(module)):
                found |= {module, *(one.name for one in node.names)}
            case ast.arg(arg=name):
                found.add(name)
            case ast.Constant(value=str(text)):
                found.add(text)
    return {name.split(".")[0] for name in found}


def test_each_reader_has_a_test_that_uses_it():
    assert len(list(rows())) > 15
    for names, heavy, tests in rows():
        for name, link in tests.items():
            path = REPO / link
            assert path.stem == name
            assert (path.parent.name == "by_hand") == heavy, (names, link)
            assert "def test_" in path.read_text()
        used = set().union(*(used_by(REPO / link) for link in tests.values()))
        assert {READERS[name] for name in names} <= used, names


def test_each_test_of_a_reader_is_in_the_table():
    listed = {link for _, _, tests in rows() for link in tests.values()}
    there = {
        str(path.relative_to(REPO))
        for path in CONSUMERS.rglob("test_*.py")
        if path.stem not in NOT_OF_READERS
    }
    assert listed == there
