"""What lies in a dataset's folder, by name."""

from __future__ import annotations

IMAGES = "images"
TABLE = "data.csv"
SUMMARY = "run.json"
CONFIG = "imggen.toml"
JOURNAL = ".imggen"
LAST_ERROR = f"{JOURNAL}/last-error.txt"  # the traceback of what stopped the latest run
CONTENT = (IMAGES, TABLE, SUMMARY, CONFIG, JOURNAL)  # in the order in which they are removed
SHARDS = "shards"
CARD = "README.md"  # of the dataset, for `datasets` and for people
DATA = "data"
PIXELS = "imgs.npy"
PIXELS_PIECE = f"{JOURNAL}/{PIXELS}"  # until all are there
ARCHIVE = "dataset.npz"
ARRAYS = (
    PIXELS,
    "latents_classes.npy",
    "latents_values.npy",
    "latents_names.npy",
    "splits.npy",
    "metadata.npy",
)
SUFFIXES = {"webdataset": ".tar", "parquet": ".parquet"}  # of shards
PIECES = f"{JOURNAL}/shards"  # shards, until all are there and can be numbered
# By container: the folders that images are first written to, and what it leaves in the dataset's
# folder besides CONTENT.
FOLDERS: dict[str, tuple[str, ...]] = {
    "files": (IMAGES,),
    "webdataset": (PIECES,),
    "parquet": (PIECES,),
    "npy": (),
    "npz": (),
}
PLACES: dict[str, tuple[str, ...]] = {
    "webdataset": (SHARDS, CARD),
    "parquet": (DATA,),
    "npy": ARRAYS,
    "npz": (ARCHIVE,),
}
PARTS = f"{JOURNAL}/parts"  # of merged label files, until these are put together


def part_name(start: int, stop: int, label: str, split: str) -> str:
    """Where images `start` to `stop` of a plan's order keep their part of a label file."""
    return f"{PARTS}/{label}/{split or '_'}/{start}-{stop}"


def piece_name(start: int, stop: int, piece: int, suffix: str) -> str:
    """Where a shard with some of the images `start` to `stop` of a plan's order lies at first."""
    return f"{PIECES}/{start}-{stop}-{piece}{suffix}"
