"""Views: which are accepted, and exact sentences on those that are not."""

import re

import pytest
from tests.test_config import TINY, load_toml, problem

TABLES = '\n[[view]]\nname = "original"\n\n[[view]]\nname = "{}"\n{}\n'


def with_view(line, name="bare", text=TINY):
    return text.replace("count = 60", "count = 60\nsampling = 'random'") + TABLES.format(name, line)


def test_accepted(tmp_path):
    config = load_toml(tmp_path, with_view('without = "object"\nanother = "background"'))
    assert [view.name for view in config.view] == ["original", "bare"]
    assert config.view[1].changed == ("object", "background")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_view(""),
         ("view.bare has none of without, another, vary and box; expected one of them, with the "
          "layers that it shows otherwise.")),
        (with_view("vary = { objekt = { hue = 0 } }"),
         'view.bare.vary names "objekt", which is no layer; did you mean "object"?'),
        (with_view("vary = {}"),
         ("view.bare.vary is empty; expected a layer, like { object = { brightness = 0 } }.")),
        (with_view("box = {}"),
         'view.bare.box is empty; expected a layer, like { object = "#000000" }.'),
        (with_view("vary = { object = {} }"),
         "view.bare.vary.object is empty; expected keys of vary, like brightness = 0."),
        (with_view("vary = { object = { hue = [0, 90] } }"),
         ("view.bare.vary.object.hue has several values; expected one value, which all images of "
          "it have.")),
        (with_view("vary = { object = { flip = 0.5 } }"),
         "view.bare.vary.object.flip has several values; expected 0 or 1."),
        (with_view("vary = { object = { brightness = 20 } }"),
         "view.bare.vary.object.brightness holds 20; expected 0 to 16."),
        (with_view("vary = { object = { scale = 2 } }",
                   text=re.sub("weights = .*none.*", "instances = 2", TINY)),
         ("view.bare.vary.object changes where the instances of object have room; expected keys "
          "other than scale and rotate.")),
        (with_view("vary = { character = { scale = 2 } }"),
         ('view.bare changes "character", and layer.object is placed relative to it, so that it '
          "could move; place it relative to others, or leave it out of the view, too.")),
        (with_view('box = { object = "black" }'),
         'view.bare.box.object is "black"; expected a colour like "#000000", which is black.'),
        (with_view('without = "object"\nbox = { object = "#000000" }'),
         ('view.bare.box names "object", which the view leaves out; remove it from without, or '
          "from here.")),
        (with_view('vary = { object = { hue = 9 } }\nbox = { object = "#000000" }'),
         "view.bare.box.object hides what view.bare.vary.object changes; remove one of them."),
        (with_view('without = "objekt"'),
         'view.bare.without names "objekt", which is no layer; did you mean "object"?'),
        (with_view('another = "objekt"'),
         'view.bare.another names "objekt", which is no layer; did you mean "object"?'),
        (with_view('without = "object"\nanother = "object"'),
         'view.bare names "object" twice; expected it once.'),
        (with_view('without = "object"\nprobabilities = { object = { axe = 1 } }'),
         ("view.bare has probabilities, but draws no other variant; give it another, or remove "
          "probabilities.")),
        (with_view('another = "object"\nprobabilities = { object = { axe = 0.5 } }'),
         ("view.bare.probabilities.object sums to 0.5; expected 1. Use \"weights\" for relative "
          "numbers.")),
        (with_view('another = "object"\n[[view.rule]]\nforbid = { object = "axe" }'),
         ('view.bare.rule.1.when is missing; expected layers and what they show, like '
          '{ character = "mage", object = ["axe", "bomb"] }.')),
        (with_view('without = "character"'),
         ('view.bare changes "character", and layer.object is placed relative to it, so that it '
          "could move; place it relative to others, or leave it out of the view, too.")),
        (with_view('without = "object"', name="original"),
         'name of view 2 is "original", which view 1 also has (case is ignored); rename one.'),
        (with_view('without = "object"', name="a/b"),
         ('name of view 2 is "a/b"; expected at most 64 letters, digits, spaces, _ and -, starting '
          "with a letter.")),
        (TINY + '\n[[view]]\nname = "original"\n',
         "view.original is the only view; expected several, or none."),
        (TINY + '\n[[view]]\nname = "x"\nwithout = "object"\n[[view]]\nname = "y"\n',
         ("view.x is the first view, which shows scenes as they are; expected a name only. Put it "
          "behind another one.")),
        (with_view('without = "object"').replace("count = 60", "count = 61"),
         ("dataset.count is 61, but there are 2 views of each scene; expected a multiple of 2, "
          "like 62.")),
        (with_view('without = "object"').replace("count = 60", 'count = 60\npair = "object"'),
         ("dataset.pair and [[view]] both make several images of each scene; expected one of "
          "them.")),
        (with_view('without = "object"').replace("'random'", "'grid'").replace("count = 60", ""),
         ('dataset.sampling is "grid", which makes each value once, and [[view]] makes images of '
          "all of them again; remove the views.")),
        (TINY.replace("count = 60", 'count = 60\nimage_name = "{view}/{index}"'),
         ("dataset.image_name has the unknown field {view}; expected one of index, token, "
          "background, character, object.")),
    ],
)  # fmt: skip
def test_refused(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected
