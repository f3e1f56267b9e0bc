"""What the tests of containers share."""

from tests.art import place_at_random, small_article_values, write_small_article, write_toml

COUNT = 60  # images


def write_two_splits(folder):
    """A small article at random places, in two splits; returns `folder`."""
    place_at_random(write_small_article(folder))
    write_toml(folder, split_in_two(small_article_values(trim=True)))
    return folder


def split_in_two(values):
    """Let images go to two splits, one in a folder of its own by `image_name`."""
    values["split"] = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
    return values
