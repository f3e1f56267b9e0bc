"""Scenes of three small layers, drawn often enough to see how likely each is."""

from tests.planning.scenes import distribution_of, scenes_of
from tests.reference import chi_square

OWN = {
    "background": {"day": 0.75, "night": 0.25},
    "character": {"mage": 0.5, "pirate": 0.3, "ghost": 0.2, "never": 0.0},
    "object": {"axe": 0.2, "key1": 0.1, "key2": 0.2, "none": 0.5},
}
IMAGES = 100_000


def check_shares(drawn, expected):
    """The values drawn have these chances, by chi-square; what has none is never drawn."""
    assert set(drawn) <= {value for value, p in expected.items() if p > 0}
    values = [value for value, p in expected.items() if p > 0]
    if len(values) > 1:
        counts = [drawn.count(value) for value in values]
        _, p = chi_square(counts, [expected[value] * len(drawn) for value in values])
        assert p > 0.001, dict(zip(values, counts, strict=True))


def draw(rules=(), **tables):
    """Scenes of 100,000 images."""
    distribution = distribution_of(OWN, rules, **tables)
    return scenes_of(distribution, distribution.draw(0, 0, IMAGES))


def shown(scenes, depth, where=lambda scene: True):
    return [scene[depth] for scene in scenes if where(scene)]
