"""Small datasets with one planted flaw each, and clean ones."""

import copy

import numpy as np
from PIL import Image
from tests.art import save, write_toml
from tests.report.test_lint import disc

SIZE = (64, 64)
THINGS = {"axe": (200, 30, 30), "bomb": (40, 160, 60), "gem": (90, 150, 230), "key": (230, 200, 60)}
GROUNDS = ("day", "dusk", "night")
COUNT = 600
FREE = {"anchor": "center", "x": ["20%", "80%"], "y": ["20%", "80%"]}


def write_art(folder):
    """Three backgrounds of noise and four discs, with a hand below them that makes them differ."""
    rng = np.random.default_rng(5)
    for name in GROUNDS:
        save(folder / f"back/{name}.png", rng.integers(60, 200, (SIZE[1], SIZE[0], 3), np.uint8))
    for k, (name, colour) in enumerate(THINGS.items()):
        disc(colour, 12 + k).save(make(folder / f"thing/{name}.png"))
        disc(colour[::-1], 9 + k).save(make(folder / f"other/{name}.png"))
    return folder


def make(path):
    """The path of a file in a folder that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def base(**layer):
    """The settings of images with one thing anywhere; `layer` are more settings of its layer."""
    return {
        "dataset": {"count": COUNT},
        "layer": [
            {"name": "back", "folder": "back"},
            {"name": "thing", "folder": "thing", "place": copy.deepcopy(FREE), **layer},
        ],
    }


def with_other(values, **layer):
    """The settings with another layer of things."""
    own = {"name": "other", "folder": "other", "place": copy.deepcopy(FREE), **layer}
    return {**values, "layer": [*values["layer"], own]}


def split(*own):
    """Two splits, each with settings of its own."""
    return [
        {"name": name, "share": 0.5, **more}
        for name, more in zip(("train", "test"), own, strict=True)
    ]


def write(folder, values):
    """Write art and settings; returns the folder."""
    write_art(folder)
    write_toml(folder, values)
    return folder


def matte(folder):
    disc(THINGS["axe"], 40, paper=255).save(folder / "thing/axe.png")


def twins(folder):
    Image.open(folder / "thing/axe.png").save(folder / "thing/bomb.png")


def empty(folder):
    Image.new("RGBA", (12, 12)).save(folder / "thing/gem.png")


def flat(folder):
    for name in GROUNDS:
        Image.new("RGB", SIZE, THINGS["axe"]).save(folder / f"back/{name}.png")


def large(folder):
    disc((20, 20, 20), 60).save(folder / "other/axe.png")


def nearly_twins(folder):
    """One pixel differs."""
    pixels = np.array(Image.open(folder / "thing/axe.png"))
    pixels[6, 6, :3] = 0
    save(folder / "thing/bomb.png", pixels)


def other_name(folder):
    Image.open(folder / "thing/axe.png").save(folder / "other/bomb.png")


def off_centre(folder):
    save(folder / "thing/axe.png", np.pad(np.asarray(disc(THINGS["axe"])), PAD_RIGHT))


def specks(folder):
    pixels = np.pad(np.asarray(disc(THINGS["axe"], 16)), ((9, 9), (9, 9), (0, 0)))
    pixels[[0, -1], [0, -1], 3] = 3
    save(folder / "thing/axe.png", pixels)


def greys(folder):
    for k, name in enumerate(THINGS):
        disc((60 + 40 * k,) * 3, 12 + k).save(folder / f"thing/{name}.png")


def covers(folder):
    """One that covers half of a thing, and others that cover little."""
    for k, name in enumerate(THINGS):
        disc((20, 20, 20 + 9 * k), 20 if name == "axe" else 9).save(folder / f"other/{name}.png")


def follows(pairs):
    """Other things that nearly always are those of `pairs`."""
    return {"correlate": [{"layer": "other", "follows": "thing", "agree": 0.95, "pairs": pairs}]}


def hues(low, high):
    """Things with hues of a range."""
    values = {name: [low, high] for name in THINGS}
    own = {"layer": "thing", "vary": "hue", "follows": "thing", "agree": 1.0, "values": values}
    return {"correlate": [own]}


PAD_RIGHT = ((0, 0), (0, 30), (0, 0))
SAME = {name: name for name in THINGS}
NEXT = dict(zip(THINGS, [*list(THINGS)[1:], "axe"], strict=True))
BACK_AND_THING_TELL_OTHER = [
    {"when": {"back": back, "thing": name}, "require": {"other": list(THINGS)[(j + k) % 4]}}
    for j, back in enumerate(GROUNDS)
    for k, name in enumerate(THINGS)
]
HALF_COVERED = [
    {"when": {"thing": "axe"}, "require": {"other": "axe"}},
    {"when": {"thing": ["bomb", "gem", "key"]}, "forbid": {"other": "axe"}},
]
WHEN = {"thing": "axe"}
SPLITS = {**base(), "split": split({}, {})}

# Name: settings, change of the art, kind of the finding, words in its sentence, wrong or note.
PLANTED = {
    "hue": (base(vary={"hue": [0, 300]}, vary_when=[{"when": WHEN, "hue": [320, 359]}]),
            None, "shortcut", ("hue of thing", "axe"), "note"),
    "angle": ({**base(vary={"rotate": [-90, 90]}), "correlate": [
        {"layer": "thing", "vary": "rotate", "follows": "thing", "agree": 0.9,
         "values": {"axe": [-90, -60], "bomb": [60, 90]}}]},
              None, "shortcut", ("rotate of thing",), "note"),
    "opacity": (base(vary={"opacity": [0.6, 1.0]}, vary_when=[{"when": WHEN, "opacity": 0.6}]),
                None, "shortcut", ("opacity of thing",), "note"),
    "brightness": (base(vary={"brightness": [0.5, 1.5]},
                        vary_when=[{"when": {"back": "night"}, "brightness": [0.5, 0.7]}]),
                   None, "shortcut", ("brightness of thing", "back"), "note"),
    "scale": (base(vary={"scale": [0.5, 2.0]}, vary_when=[{"when": WHEN, "scale": [1.8, 2.0]}]),
              None, "shortcut", ("scale of thing",), "note"),
    "place": (base(place_when=[{"when": {"back": "day"}, "x": ["20%", "30%"]}]),
              None, "shortcut", ("x of thing", "back"), "note"),
    "background": ({**base(), "rule": [
        {"when": {"back": "day"}, "probabilities": {"thing": {"axe": 0.9, "key": 0.1}}}]},
                   None, "shortcut", ("thing", "back"), "note"),
    "group": ({**base(), "joint": [{"layers": ["back", "thing"], "weights": {
        "day": {"axe": 9, "bomb": 1}, "dusk": {"bomb": 9, "gem": 1}, "night": {"key": 9, "gem": 9}
    }}]}, None, "shortcut", ("thing", "back"), "note"),
    "co-occurrence": ({**with_other(base()), "correlate": [
        {"layer": "other", "follows": "thing", "agree": 0.9, "pairs": {k: k for k in THINGS}}]},
                      None, "shortcut", ("other", "thing"), "note"),
    "number": ({**with_other(base(), instances=[0, 3]), "rule": [
        {"when": WHEN, "instances": {"other": 3}}]},
               None, "shortcut", ("number of other", "thing"), "note"),
    "layer": ({**with_other(base(place={**FREE, "x": ["15%", "30%"]}),
                            place={**FREE, "x": ["70%", "85%"]})},
              None, "shortcut", ("class", "x"), "note"),
    "split imbalance": ({**base(), "split": split(
        {"weights": {"thing": {"axe": 8, "bomb": 1, "gem": 1, "key": 1}}},
        {"weights": {"thing": {"axe": 1, "bomb": 1, "gem": 1, "key": 8}}})},
                        None, "shortcut", ("thing differs between the splits",), "note"),
    "split leak": ({**base(place={"at": [20, 20]}), "split": split({}, {})},
                   None, "leak", ("in split",), "wrong"),
    "starved class": (base(weights={"axe": 100, "bomb": 100, "gem": 1, "key": 100}),
                      None, "rare", ("gem",), "note"),
    "duplicate art": (base(), twins, "art alike", ("axe", "bomb"), "wrong"),
    "matte fringe": (base(), matte, "art fringe", ("axe", "white fringe"), "wrong"),
    "empty art": (base(), empty, "art empty", ("gem",), "wrong"),
    "empty art, trimmed": (base(trim=True), empty, "art empty", ("gem",), "wrong"),
    "invisible": (with_other(base(place={"anchor": "center", "at": ["50%", "50%"]}),
                             place={"anchor": "center", "at": ["50%", "50%"]}),
                  large, "hidden", ("thing", "hardly be seen"), "wrong"),
    "same colour": (base(), flat, "faint", ("axe",), "wrong"),
    "clipped": (base(place={"anchor": "center", "at": [62, 30]}),
                None, "clipped", ("thing", "edge of the canvas"), "wrong"),
    "wrong count": (base(instances=30, vary={"scale": 3.0}, place={
        **FREE, "avoid": "self", "otherwise": "drop"}),
                    None, "count", ("thing", "left out"), "wrong"),
    "rule that never applies": ({**base(probabilities={"axe": 1.0, "bomb": 0.0, "gem": 0.0,
                                                       "key": 0.0}), "rule": [
        {"when": {"thing": "bomb"}, "probabilities": {"back": {"day": 1.0}}}]},
                                None, "wish", ("rule.1",), "wrong"),
    "blend": (base(vary_when=[{"when": WHEN, "blend": "multiply"}]),
              None, "shortcut", ("blend of thing", "axe"), "note"),
    "two factors together": ({**with_other(base()), "rule": BACK_AND_THING_TELL_OTHER},
                             None, "shortcut", ("together", "neither does alone"), "note"),
    "in one split": ({**with_other(base()), "split": split(follows(SAME), {})},
                     None, "shortcut", ("Splits differ", "from train", "of test"), "note"),
    "reversed in test": ({**with_other(base()), "split": split(follows(SAME), follows(NEXT))},
                         None, "shortcut", ("Splits differ", "2 % of test"), "note"),
    "shifted hues": ({**base(vary={"hue": [0, 90]}), "split": split(hues(0, 60), hues(30, 90))},
                     None, "shortcut", ("hue of thing differs between the splits",), "note"),
    "crowded split": ({**base(instances=1), "split": split({}, {"instances": {"thing": 6}})},
                      None, "shortcut", ("number of thing differs between the splits",), "note"),
    "starved split": ({**base(), "split": split(
        {}, {"weights": {"thing": {"axe": 100, "bomb": 100, "gem": 1, "key": 100}}})},
                      None, "rare", ("thing in split test", "gem"), "note"),
    "small split": ({**base(), "dataset": {"count": 400}, "split": [
        {"name": "train", "share": 0.99}, {"name": "test", "share": 0.01}]},
                    None, "small split", ("Split test is too small", "gem"), "note"),
    "visible share": (with_other({**base(), "rule": HALF_COVERED},
                                 place={"anchor": "left", "of": "thing", "at": "center"}),
                      covers, "shortcut", ("visible share of thing gives thing away",), "note"),
    "impossible": ({**base(), "rule": [{"when": {"back": "*"}, "forbid": {"thing": "gem"}}]},
                   None, "art never", ("gem", "can never be drawn"), "wrong"),
    "one pixel off": (base(), nearly_twins, "art alike", ("axe", "bomb", "1 of"), "wrong"),
    "two classes": (with_other(base()), other_name,
                    "art alike", ("thing/axe", "other/bomb", "one class"), "wrong"),
    "margin": (base(), off_centre, "art margin", ("axe", "right"), "note"),
    "specks": (base(), specks, "art specks", ("axe", "2 nearly transparent pixels"), "note"),
    "grey": (base(vary={"hue": [0, 359]}), greys, "art grey", ("vary.hue changes nothing",),
             "note"),
    "tiny": (base(vary={"scale": [0.2, 1.0]}), None, "tiny", ("smaller than 8 px",), "note"),
    "always cut": (base(place={"anchor": "center", "x": [2, 4], "y": ["20%", "80%"],
                               "inside": False}),
                   None, "clipped", ("100 % of its places", "nine tenths"), "wrong"),
    "piled up": (base(instances=5, place={"anchor": "center", "x": [30, 34], "y": [30, 34]}),
                 None, "piled up", ("lie on another one",), "note"),
    "sometimes dark": ({**base(), "camera": {"brightness": {"values": [0, 1], "weights": [1, 4]}}},
                       None, "faint", ("thing", "cannot be told"), "wrong"),
    "never varies": (base(vary={"scale": [0.5, 2.0]},
                          vary_when=[{"when": {"thing": "*"}, "scale": 1.0}]),
                     None, "constant", ("scale of thing never varies",), "note"),
    "a shadow": (with_other(base(shadow={"offset": [2, 3]})),
                 None, "effect", ('Only "thing" has a shadow',), "note"),
}  # fmt: skip

VARIED = {"hue": [0, 359], "scale": [0.7, 1.5], "rotate": [-180, 180], "flip": 0.5,
          "brightness": [0.7, 1.3], "saturation": [0.5, 1.5], "opacity": [0.7, 1.0]}  # fmt: skip
CLEAN = {
    "plain": base(),
    "20 images": {**base(), "dataset": {"count": 20}},
    "one image": {**base(), "dataset": {"count": 1}},
    "many factors": with_other(base(vary=VARIED), vary=VARIED),
    "many factors, few images": {
        **with_other(base(vary=VARIED), vary=VARIED), "dataset": {"count": 60}},
    "splits": {**base(vary=VARIED), "split": split({}, {})},
    "splits kept apart": {**base(vary=VARIED), "dataset": {"count": COUNT, "disjoint": "scenes"},
                          "split": split({}, {})},
    "combinations kept apart": {**base(), "dataset": {"count": COUNT, "disjoint": "combinations"},
                                "split": split({}, {})},
    "instances": base(instances=[0, 4], vary=VARIED),
    "instances apart": base(instances=[1, 3], place={**FREE, "avoid": "self"}),
    "weights": base(weights={"axe": 6, "bomb": 3, "gem": 2, "key": 1}),
    "a rule": {**base(), "rule": [{"when": {"back": "day"}, "forbid": {"thing": "axe"}}]},
    "a correlation": {**with_other(base()), "correlate": [
        {"layer": "other", "follows": "thing", "agree": 0.8, "pairs": {k: k for k in THINGS}}]},
    "inside a half": base(place={**FREE, "x": [0, "100%"], "y": [0, "100%"], "inside": 0.5}),
    "anywhere": base(place={**FREE, "x": [0, "100%"], "y": [0, "100%"], "inside": False}),
    "beside another": with_other(base(), place={"of": "thing", "at": "right", "anchor": "left"}),
    "avoiding another": with_other(base(), place={**FREE, "avoid": "thing"}),
    "quota": {**base(), "dataset": {"count": COUNT, "sampling": "quota"}},
    "sobol": {**base(vary=VARIED), "dataset": {"count": 128, "sampling": "sobol"}},
    "latin": {**base(vary=VARIED), "dataset": {"count": 100, "sampling": "latin"}},
    "pairs": {**base(), "dataset": {"count": 300, "pair": "thing"}},
    "all": {**base(place={"at": [9, 9]}), "dataset": {"sampling": "all"}},
    "held out": {**base(vary=VARIED), "split": split({"hold_out": [{"thing": "axe"}]}, {})},
    "a camera": {**base(), "camera": {"noise": [0, 9], "brightness": [0.8, 1.2]}},
    "blurred, dim, noisy": {**base(), "camera": {
        "blur": [0, 1.5], "vignette": [0, 0.4], "brightness": [0.7, 1.3], "contrast": [0.8, 1.2],
        "noise": [0, 8], "jpeg": {"values": [0, 30, 60, 90]}}},
    "12 images": {**with_other(base(vary=VARIED)), "dataset": {"count": 12},
                  "split": split({}, {})},
    "50 images": {**with_other(base(vary=VARIED)), "dataset": {"count": 50},
                  "split": split({}, {})},
    "100 images": {**with_other(base(vary=VARIED, instances=[1, 3])), "dataset": {"count": 100},
                   "split": split({}, {})},
    "50 by quota": {**base(vary=VARIED), "dataset": {"count": 50, "sampling": "quota"}},
    "unique": {**base(), "dataset": {"count": 12, "unique": True}},
    "a family": {**base(vary=VARIED), "dataset": {
        "count": 120, "family": {"layer": "thing", "size": 4}}},
    "shadows": with_other(base(shadow={"offset": [2, 3]}), shadow={"offset": [2, 3]}),
    "soft edges": with_other(base(feather=2), feather=2),
    "all different": {**with_other(base()), "rule": [{"all_different": ["thing", "other"]}]},
    "a requirement": {**with_other(base()), "rule": [
        {"when": WHEN, "require": {"other": ["axe", "bomb", "gem"]}}]},
    "a crowd": base(instances=[2, 5], depth="bottom", place={
        "anchor": "bottom", "x": ["10%", "90%"], "y": ["50%", "95%"], "avoid": ["self"],
        "overlap": 0.3}),
    "stratified": {**base(vary=VARIED), "dataset": {"count": COUNT, "stratify": ["thing"]},
                   "split": split({}, {})},
    "often nothing": base(probabilities={**dict.fromkeys(THINGS, 0.1), "none": 0.6}),
    "log and normal": base(vary={"scale": {"log": [0.75, 2.0]}}, place={
        "anchor": "center", "x": {"normal": ["50%", 8]}, "y": {"normal": ["50%", 8]}}),
    "same folder": {**base(), "layer": [*base()["layer"], {
        **base()["layer"][1], "name": "again"}]},
    "a collection": {**base(), "layer": [base()["layer"][0], *(
        {"name": name, "folder": folder, "place": {"at": at, "anchor": "center"},
         "weights": {**dict.fromkeys(THINGS, 1), "none": none}}
        for name, folder, none, at in (
            ("hat", "thing", 4, [16, 16]), ("eyes", "other", 0, [48, 16]),
            ("ring", "thing", 9, [32, 48]),
        )
    )]},
}  # fmt: skip
