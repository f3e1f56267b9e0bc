"""Scenes of made up layers in splits, from tables as in a configuration."""

from tests.planning.scenes import variants_of

from imggen.config import Config
from imggen.config.checks import check_splits
from imggen.config.problems import Problems, Source
from imggen.config.splits import with_total
from imggen.planning.sampling.images import ImageSource

HALVES = [{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}]


def config_of(own, splits, *, rules=(), correlate=(), counts=None, **dataset):
    """The configuration of layers with these probabilities, by name, and of these splits.

    A layer in `counts` has those, which are to be as its probabilities.
    """
    layers = [{"name": name, "folder": name} for name in own]
    for layer in layers:
        layer["counts"] = (counts or {}).get(layer["name"])
    tables = {"rule": list(rules), "correlate": list(correlate), "split": list(splits)}
    config = Config.model_validate({"dataset": dataset, "layer": layers, **tables})
    config = config.model_copy(update={"dataset": with_total(config.dataset, config.split)})
    problems = Problems(Source(tables))
    check_splits(config, problems)
    problems.refuse()
    return config


def draw(own, splits, **settings):
    """The traits and splits of all scenes, as lists of names: [(variant, ...)], [split]."""
    traits, places = draw_numbers(own, splits, **settings)
    names = [sorted(layer) for layer in own.values()]
    scenes = [tuple(n[k] for n, k in zip(names, row, strict=True)) for row in traits.tolist()]
    return scenes, [splits[place]["name"] for place in places.tolist()]


def draw_numbers(own, splits, **settings):
    """The same as arrays: (scenes, layers), variants in name order, and (scenes,)."""
    config = config_of(own, splits, **settings)
    layers = [variants_of(*pair) for pair in own.items()]
    return ImageSource.of(config, layers).draw_scenes(config.dataset.count)
