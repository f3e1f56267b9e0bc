"""A small dataset whose things hide each other and reach over the edge, in two splits."""

from tests.art import place_at_random, write_small_article, write_toml

from imggen.config.load import read_source

COUNT = 40
SHARES = {"train": 0.7, "val": 0.3}
SPLITS = tuple(SHARES)


def write_crowd(folder, **labels):
    """The small article with characters and objects anywhere, some hidden; returns `folder`."""
    place_at_random(write_small_article(folder))
    values = read_source(folder / "imggen.toml").settings
    values["dataset"]["count"] = COUNT
    values["split"] = [{"name": name, "share": share} for name, share in SHARES.items()]
    write_toml(folder, {**values, "labels": labels})
    return folder
