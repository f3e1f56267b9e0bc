"""Boxes of views: around what is not shown, hiding what is behind it, and without labels."""

import numpy as np
import pytest
from tests.art import blob, random_pixels, write_dataset

import imggen

COLOUR = (255, 0, 128)
ANYWHERE = {"x": ["0%", "100%"], "y": ["0%", "100%"], "inside": False, "anchor": "center"}
VARY = {"flip": 0.5, "scale": [0.5, 1.5], "rotate": [-90, 90]}
VIEWS = [
    {"name": "original"},
    {"name": "box", "box": {"thing": "#ff0080"}},
    {"name": "gone", "without": "thing"},
]
NEAR = 3  # px between an outline of pixels that are turned and that of what they become


def dataset_of(folder, vary, mode="RGB"):
    """Things in boxes, between others; all is labelled, however faint."""
    rng = np.random.default_rng(0)
    backs = {"noise": random_pixels(rng, 90, 70, 3)}
    things = {"a": blob(rng, 20, 15, 3), "b": blob(rng, 11, 24), "c": blob(rng, 15, 15)}
    shadow = {"offset": [4, 7.5], "blur": 2}
    path = write_dataset(
        folder,
        {"back": backs, "behind": things, "thing": things, "front": {"a": things["a"]}},
        dataset={"count": 30},
        canvas={"mode": mode},
        behind={"place": ANYWHERE, "instances": 6},
        thing={"place": ANYWHERE, "instances": [1, 3], "shadow": shadow, "vary": vary},
        front={"place": ANYWHERE},
        labels={"threshold": 1},
        view=VIEWS,
    )
    return imggen.Dataset(path.parent, objects=True, masks=True)


@pytest.mark.parametrize("vary", [{}, VARY])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_hides_its_bounding_box(tmp_path, vary, mode):
    items = list(dataset_of(tmp_path, vary, mode))
    hidden = 0
    for original, boxed, gone in zip(*(items[k::3] for k in range(3)), strict=True):
        things = original["objects"]["layers"] == 2
        tight = np.zeros((2, 70, 90), bool)
        for box in original["objects"]["amodal_boxes"][things].astype(int).tolist():
            for mask, near in zip(tight, (0, NEAR), strict=True):
                left, top = (max(0, end - near) for end in box[:2])
                mask[top : box[3] + near, left : box[2] + near] = True
        (front,) = gone["objects"]["masks"][gone["objects"]["layers"] == 3]
        filled = (boxed["image"][..., :3] == COLOUR).all(axis=2)
        assert filled[tight[0] & ~front].all()
        assert not filled[~tight[1]].any()
        np.testing.assert_array_equal(boxed["image"][~tight[1]], gone["image"][~tight[1]])
        assert (boxed["objects"]["layers"] != 2).all()
        own = zip(boxed["objects"]["instances"], boxed["objects"]["masks"], strict=True)
        masks = {number: mask for number, mask in own if not (mask == front).all()}
        seen = zip(gone["objects"]["instances"], gone["objects"]["masks"], strict=True)
        for number, mask in seen:
            if not (mask == front).all():
                np.testing.assert_array_equal(masks.get(number, 0 * mask), mask & ~filled)
                hidden += (mask & filled).sum()
    assert hidden > 100
