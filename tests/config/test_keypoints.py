"""What is refused of keypoints, and how."""

import numpy as np
import pytest
from tests.art import load, random_pixels, write_dataset
from tests.checks import without_place

from imggen.assets import load_assets
from imggen.config.load import load_config
from imggen.errors import AssetError, ConfigError

POINTS = "points = { cap = { top = [2, 1.5] } }"
HAT = '[[layer]]\nname = "hat"\nfolder = "hats"\n'
CALLED = "layer.hat.keypoints"


def write(tmp_path, keypoints, more=""):
    path = tmp_path / "imggen.toml"
    path.write_text(f"{HAT}[layer.keypoints]\n{keypoints}\n{more}")
    return path


def refused(tmp_path, keypoints, more=""):
    with pytest.raises(ConfigError) as error:
        load_config(write(tmp_path, keypoints, more), {})
    return without_place(str(error.value))


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (
            f"names = []\n{POINTS}",
            f'{CALLED}.names is []; expected names of points, like ["head", "left hand"].',
        ),
        (
            f'names = ["top", "top"]\n{POINTS}',
            f'{CALLED}.names has "top" 2 times; expected it once.',
        ),
        (f'names = ["top", " "]\n{POINTS}', f'{CALLED}.names has " "; expected one line of text.'),
        (
            f'names = ["top"]\n{POINTS}\nflip = [["top", "tip"]]',
            f'{CALLED}.flip names "tip", which is no keypoint; did you mean "top"?',
        ),
        (
            f'names = ["top"]\n{POINTS}\nskeleton = [["top", "top"]]',
            f'{CALLED}.skeleton joins "top" to itself; expected two names.',
        ),
        (
            f'names = ["top", "a", "b"]\n{POINTS}\nflip = [["top", "a"], ["a", "b"]]',
            f'{CALLED}.flip has "a" 2 times; expected it once.',
        ),
        (
            'names = ["top"]',
            f"{CALLED} has neither points nor file; expected one of them.",
        ),
        (
            f'names = ["top"]\nfile = "points.csv"\n{POINTS}',
            f"{CALLED} has both points and file; expected one of them.",
        ),
        (
            'names = ["top"]\npoints = { cap = { tip = [2, 1] } }',
            f'{CALLED}.points.cap names "tip", which is no keypoint; did you mean "top"?',
        ),
    ],
)
def test_sentences(tmp_path, toml, sentence):
    assert refused(tmp_path, toml) == sentence


def test_layers_with_different_mirrors(tmp_path):
    one = 'names = ["a", "b", "c"]\nflip = [["a", "b"]]\npoints = {}'
    other = one.replace('["a", "b"]]', '["a", "c"]]')
    more = f'[[layer]]\nname = "wig"\nfolder = "wigs"\n[layer.keypoints]\n{other}'
    assert refused(tmp_path, one, more) == (
        'layer.wig.keypoints.flip makes "a" "c" in a mirror, and another layer makes it "b"; '
        "expected the same in all layers."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, f'{CALLED}.file is "PATH", which cannot be read: no such file or directory.'),
        ("variant,x,y\n",
         'PATH has the columns ["variant", "x", "y"]; expected variant, name, x, y.'),
        ("variant,name,x,y\ncap,top,1\n",
         "PATH, line 2, has 3 cells; expected variant, name, x, y."),
        ("variant,name,x,y\ncap,tip,1,2\n",
         'PATH, line 2, names "tip", which is no keypoint; did you mean "top"?'),
        ("variant,name,x,y\ncap,top,1,nan\n",
         'PATH, line 2, has "nan"; expected a number of px.'),
        ("variant,name,x,y\n\ncap,top,1,2\ncap,top,1,3\n",
         'PATH, line 4, has "top" of "cap" again; expected it once.'),
    ],
)  # fmt: skip
def test_files(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / "points.csv").write_text(text)
    error = refused(tmp_path, 'names = ["top"]\nfile = "points.csv"')
    assert error.replace(str(tmp_path / "points.csv"), "PATH") == sentence


def test_a_file_is_the_same_as_points(tmp_path):
    (tmp_path / "points.csv").write_text("\ufeffvariant, name ,x,y\ncap,top,2,1.5\n\nwig,top,0,7\n")
    file = load_config(write(tmp_path, 'names = ["top"]\nfile = "points.csv"'), {})
    points = "points = { cap = { top = [2, 1.5] }, wig = { top = [0, 7] } }"
    assert file == load_config(write(tmp_path, f'names = ["top"]\n{points}'), {})
    assert "file" not in file.resolved()["layer"][0]["keypoints"]


@pytest.fixture
def hats(tmp_path):
    """Write a dataset of a hat of 5 x 4 px with these points; return its imggen.toml."""

    def hats(points):
        rng = np.random.default_rng(0)
        layers = {
            "sky": {"day": random_pixels(rng, 30, 20, 3)},
            "hat": {"cap": random_pixels(rng, 5, 4, 4)},
        }
        keypoints = {"names": ["top"], "points": points}
        return write_dataset(tmp_path, layers, hat={"keypoints": keypoints})

    return hats


def test_an_unknown_variant(hats):
    with pytest.raises(AssetError) as error:
        load_assets(load(hats({"cup": {"top": [1, 1]}})))
    assert str(error.value) == (
        f'{CALLED}.points names "cup", which is no variant of it; did you mean "cap"?'
    )


def test_a_point_outside_its_file(hats, tmp_path):
    load_assets(load(hats({"cap": {"top": [5, 4]}})))
    with pytest.raises(AssetError) as error:
        load_assets(load(hats({"cap": {"top": [5, 4.5]}})))
    assert str(error.value) == (
        f"{CALLED}.points.cap.top is [5.0, 4.5], outside {tmp_path}/hats/cap.png, which is "
        "5 x 4 px; expected px of that file."
    )
