"""`imggen init --from` a project of another engine: what is drawn, how often, and how it looks.

The engines' slow twins draw images at random, and imggen plans as many.
"""

import tomllib
from collections import Counter
from functools import cache

import numpy as np
import pytest
from tests.engines import FORMAT, HashLips, Nftchef, composite, write_project
from tests.layered import draw, keys_and_comments

import imggen

IMAGES = 3000


@pytest.fixture
def carried(run, here):
    """Carries the project in `here` / "project" over; returns what is said, and the settings."""

    def carried():
        code, out, err = run("init", "set", "--from", "project")
        assert (code, err) == (0, "")
        return out, tomllib.loads((here / "set" / "imggen.toml").read_text())

    return carried


def drawn_stems(shown):
    """The names of files that are not blank, whatever their order."""
    return frozenset(path.stem for path, _, _ in shown if not is_blank(path))


@cache
def is_blank(path):
    return not composite([(path, "source-over", 1)], (1, 1))[..., 3].any()


def planned_stems(here, split=None):
    """How often imggen shows each set of files, and the first image that does."""
    settings = {"dataset.unique": False, "dataset.count": IMAGES}
    if split:
        settings = {"dataset.unique": False}
    config = imggen.load(here / "set", settings)
    folders = {layer.name: here / "set" / layer.folder for layer in config.layer}
    stems = {
        name: {imggen_name(path): path.stem for path in folder.rglob("*.png")}
        for name, folder in folders.items()
    }
    table = imggen.plan(config).to_pandas()
    counts, first = Counter(), {}
    for index, row in enumerate(table.to_dict("records")):
        if split and row["split"] != split:
            continue
        shown = frozenset(stems[name][row[name]] for name in folders if row[name] != "none")
        counts[shown] += 1
        first.setdefault(shown, index)
    return config, counts, first


def imggen_name(path):
    """What imggen calls a variant: without the weight, if a number is behind the #."""
    name, mark, weight = path.stem.rpartition("#")
    return name.rstrip() if mark and name and weight.replace(".", "").isdigit() else path.stem


def check_alike(here, engine, edition=0, split=None):
    """Both draw the same sets of files equally often, and the same pictures of them."""
    config, counts, first = planned_stems(here, split)
    rng = np.random.default_rng(7)
    planned = sum(counts.values())
    twins, pictures = Counter(), {}
    for _ in range(IMAGES):
        shown = engine.draw(rng, edition)
        stems = drawn_stems(shown)
        twins[stems] += 1
        pictures.setdefault(stems, shown)
    likely = {stems for stems, count in twins.items() if count >= 10}
    assert likely <= counts.keys()
    assert {stems for stems, count in counts.items() if count >= 10} <= twins.keys()
    distance = sum(
        abs(twins[stems] / IMAGES - counts[stems] / planned)
        for stems in twins.keys() | counts.keys()
    )
    kinds = len(twins)
    assert distance < 2.2 * (kinds / min(planned, IMAGES)) ** 0.5  # expected: about 1.1 of that
    images = imggen.Dataset(config)
    for stems in sorted(likely & first.keys(), key=sorted):
        expected = composite(pictures[stems], (FORMAT["width"], FORMAT["height"])).astype(int)
        got = images[first[stems]]["image"].astype(int)
        if got.shape[2] == 3:
            got = np.dstack([got, np.full_like(got[..., 0], 255)])
        visible = expected[..., 3] > 0
        assert np.abs(got[..., 3] - expected[..., 3]).max() <= 2
        assert np.abs(got - expected)[visible].max() <= 4, stems


def test_hashlips(carried, here):
    tree = here / "project" / "layers"
    draw(tree / "Background", "Black#1.png", "Sky#2.png", opaque=True)
    draw(tree / "Eyeball", "Red#30.png", "White.png", "12.png", "old#0.png")
    draw(tree / "Eye color", "Cyan#1.png", "Yellow#10.png", "Tea#4.png", size=(12, 10))
    draw(draw(tree / "Top lid", "High#30.png", "Low#20.png"), "None#50.png", blank=True)
    draw(tree / "unused", "a.png")
    settings = {
        "namePrefix": "My cats", "description": "Cats", "baseUri": "ipfs://x",
        "layerConfigurations": [{
            "growEditionSizeTo": 40,
            "layersOrder": [
                {"name": "Background", "options": {"bypassDNA": True}}, {"name": "Eyeball"},
                {"name": "Eye color",
                 "options": {"blend": "multiply", "opacity": 0.5, "displayName": "Colour"}},
                {"name": "Top lid"},
            ],
        }],
        "format": {**FORMAT, "smoothing": False}, "rarityDelimiter": "#",
        "background": {"generate": True}, "uniqueDnaTorrance": 10000, "extraMetadata": {"a": 1},
    }  # fmt: skip
    write_project(here / "project", settings)
    out, values = carried()
    assert out == (
        "set/imggen.toml: 4 layers, 11 variants, 24x20 px\n"
        "  Background has bypassDNA, and combinations are unique with it: two images may differ in "
        "it alone.\n"
        "  extraMetadata: further metadata of tokens are left out.\n"
        '  Eyeball: "12" is a number, which the engine takes for its weight.\n'
        '  Top lid: "None" is transparent, so it is the variant none, which draws nothing.\n'
        "Look at it with: imggen preview set/imggen.toml\n"
        "Make images of it with: imggen bulk set/imggen.toml  (--labels coco,yolo for boxes)\n"
    )
    assert values["dataset"] == {
        "name": "My cats",
        "count": 40,
        "unique": True,
        "image_name": "{token}",
        "seed": 0,
    }
    assert values["canvas"] == {"size": [24, 20], "mode": "RGB", "resample": "nearest"}
    assert [layer["name"] for layer in values["layer"]] == [
        "Background", "Eyeball", "Colour", "Top lid",
    ]  # fmt: skip
    assert ["weights" in layer for layer in values["layer"]] == [False, True, False, True]
    assert values["layer"][1]["weights"] == {"12": 12, "Red": 30, "White": 1, "old": 0}
    assert values["layer"][2]["fit"] == "stretch"
    assert values["labels"] == {
        "formats": ["erc721"],
        "collection": {"first_token": 1, "description": "Cats", "base_uri": "ipfs://x/"},
    }
    check_alike(here, HashLips(here / "project", settings))


def test_several_editions(carried, here):
    """Each is a split, with the layers of its own in its own order."""
    tree = here / "project" / "layers"
    draw(tree / "Sky", "Day#1.png", "Night#3.png", opaque=True)
    draw(tree / "Hat", "Cap#1.png", "Fez#2.png")
    draw(tree / "Face", "Glad#1.png", "Sad#1.png")
    draw(tree / "Fur", "Long#1.png", "Short#1.png")
    orders = [["Sky", "Face", "Hat"], ["Sky", "Fur", "Hat", "Face"]]
    settings = {
        "layerConfigurations": [
            {"growEditionSizeTo": 3000, "namePrefix": "Cat",
             "layersOrder": [{"name": name} for name in orders[0]]},
            {"growEditionSizeTo": 6000, "namePrefix": "Dog", "nameSuffix": "B",
             "resetNameIndex": True,
             "layersOrder": [{"name": name} for name in orders[1]]},
        ],
        "format": FORMAT, "shuffleLayerConfigurations": True,
    }  # fmt: skip
    write_project(here / "project", settings)
    out, values = carried()
    assert out.splitlines()[1:4] == [
        "  shuffleLayerConfigurations: images of the splits follow one another.",
        "  layerConfigurations: nameSuffix is left out, which is about names of tokens.",
        "  layerConfigurations: resetNameIndex is left out, which is about names of tokens.",
    ]
    collection = values["labels"]["collection"]
    assert (collection["traits"], collection["none"]) == ({"Hat 2": "Hat"}, False)
    assert [layer["name"] for layer in values["layer"]] == ["Sky", "Fur", "Hat", "Face", "Hat 2"]
    assert [(one["name"], one["count"]) for one in values["split"]] == [
        ("Cat", 3000), ("Dog B", 3000),
    ]  # fmt: skip
    engine = HashLips(here / "project", settings)
    check_alike(here, engine, 0, "Cat")
    check_alike(here, engine, 1, "Dog B")


def test_attributes_of_tokens(carried, here):
    """Those of files are called as the folder that nftchef's engine takes; what differs is said."""
    tree = here / "project" / "layers"
    draw(tree / "Type" / "Jar#30", "Glass#1.png", "z5,shine.png")
    draw(tree / "Type" / "Tin#70", "Body/Matt#1.png", "Body/Shiny#1.png", "line.png")
    draw(tree / "Hat", "red#1/cap#1.png", "red#1/fez#2.png")
    orders = [{"name": "Type"}, {"name": "Hat", "trait": "Head"}]
    settings = {
        "layerConfigurations": [{"growEditionSizeTo": 3, "layersOrder": orders}],
        "format": FORMAT, "emptyLayerName": "NONE",
    }  # fmt: skip
    write_project(here / "project", settings)
    out, values = carried()
    assert values["labels"]["collection"]["traits"] == {
        "Type": "Body", "Type line": "Type", "Type shine": "Type",
    }  # fmt: skip
    always = "where a file is always drawn, tokens of the engine name its folder, and here the file"
    for sentence in (
        'Type: tokens of the engine call some of its variants "Type".',
        f"Type line: {always}.",
        'Type shine: variants keep all that is in the names of files, as "z5,shine".',
    ):
        assert f"  {sentence}\n" in out
    del orders[1]["trait"]
    for is_root, name in ((True, {}), (False, {"Hat": "red"})):
        (here / "set" / "imggen.toml").unlink()
        write_project(here / "project", settings | {"useRootTraitType": is_root})
        traits = carried()[1]["labels"]["collection"]["traits"]
        assert {layer: traits[layer] for layer in traits if layer == "Hat"} == name


def test_what_is_not_known_is_said(carried, here):
    """Settings that a project has added, and lists that are computed."""
    draw(here / "project" / "layers" / "Sky", "a#1.png", "b#1.png")
    draw(here / "project" / "layers" / "Hat", "c#1.png", "d#1.png")
    (here / "project" / "src").mkdir()
    (here / "project" / "src" / "config.js").write_text("""
        const layerConfigurations = [
          { growEditionSizeTo: 2, layersOrder: [{ name: "Sky" }, { name: "Hat" }] }
        ];
        const format = { width: 24, height: 20 };
        const fillGroups = { skin: ["#fff"] }, hashImages = true;
        const baseExternalUrl = "https://x/?id=";
        const HATS = ["c"];
        const incompatible = { a: HATS.concat(more()), b: HATS.concat("e") };
        const forcedCombinations = { a: hats() };
        module.exports = { layerConfigurations, format, fillGroups, baseExternalUrl, incompatible };
    """)
    out, values = carried()
    for sentence in (
        "fillGroups is no setting that imggen knows, and is left out.",
        "baseExternalUrl: tokens have no address of their own; see external_url.",
        'incompatible of "a" is computed, in part at least; write it out.',
        'forcedCombinations of "a" is computed, in part at least; write it out.',
    ):
        assert f"  {sentence}\n" in out
    assert [rule["forbid"] for rule in values["rule"]] == [{"Hat": ["c"]}] * 2


@pytest.fixture
def nested(here):
    """A project of nftchef's engine as its guide shows one, with all that it can do."""
    tree = here / "project" / "layers"
    draw(tree / "background", "z-9,bg1#10.png", "z-9,bg2#30.png", opaque=True)
    draw(tree / "type" / "z2,female#10", "female.png", "hair/long#1.png", "hair/short#3.png")
    male = draw(tree / "type" / "z2,male#20", "male-1#10.png", "male-2#30.png")
    draw(male / "shock" / "quiff#10", "1-line.png", "2-fill.png", "z1,3-back.png")
    draw(male / "shock" / "bob#20", "bob.png", "band/thick#1.png", "band/thin#1.png")
    draw(male / "shock" / "bob#20" / "band", "NONE#2.png", blank=True)
    draw(tree / "sticker" / "common#70", "moon#20.png", "sun#10.png")
    draw(tree / "sticker", "rare#30/star#5.png", "z5,halo#5.png", "thing#10.png")
    draw(tree / "sticker", "NONE#20.png", "dot#20?blend=multiply&opacity=50.png")
    settings = {
        "layerConfigurations": [{
            "growEditionSizeTo": 60,
            "layersOrder": [
                {"name": "background"},
                {"name": "type", "trait": "Type", "sublayerOptions": {"hair": {"opacity": 0.5}}},
                {"name": "sticker"},
            ],
        }],
        "format": FORMAT, "emptyLayerName": "NONE", "traitValueOverrides": {"moon": "The moon"},
        "incompatible": {"bg2": ["female"], "quiff": ["common"]},
        "forcedCombinations": {"long": ["rare"], "female": ["star"]},
        "startIndex": 0, "outputJPEG": False, "background": {"generate": True},
    }  # fmt: skip
    return write_project(here / "project", settings), settings


def test_nested_folders(carried, here, nested):
    folder, settings = nested
    out, values = carried()
    assert "  traitValueOverrides: variants are called as their files.\n" in out
    left_out = '  forcedCombinations of "female" is left out, as it is of no later choice.\n'
    assert left_out in out
    assert [layer["name"] for layer in values["layer"]] == [
        "background", "sticker", "Type 3-back", "Type", "Type hair", "Type 2-fill",
        "Type shock", "Type band", "sticker z5",
    ]  # fmt: skip
    collection = values["labels"]["collection"]
    assert collection["none"] is False
    assert collection["traits"] == {
        "Type 3-back": "Type", "Type hair": "hair", "Type 2-fill": "Type", "Type shock": "Type",
        "Type band": "Type", "sticker z5": "sticker",
    }  # fmt: skip
    assert values["layer"][1]["vary_when"] == [
        {
            "when": {"sticker": ["dot#20[?]blend=multiply&opacity=50"]},
            "blend": "multiply", "opacity": 0.5,
        }
    ]  # fmt: skip
    check_alike(here, Nftchef(folder, settings))


def test_what_lies_behind_is_chosen_later(carried, here):
    """What the engine draws first decides, wherever it lies."""
    tree = here / "project" / "layers"
    draw(tree / "hair", "long#1.png", "short#1.png")
    draw(tree / "hat", "z-1,cap#3.png", "z-1,fez#1.png")
    settings = {
        "layerConfigurations": [
            {"growEditionSizeTo": 3, "layersOrder": [{"name": "hair"}, {"name": "hat"}]}
        ],
        "format": FORMAT, "incompatible": {"long": ["cap"]},
    }  # fmt: skip
    write_project(here / "project", settings)
    _, values = carried()
    assert [layer["name"] for layer in values["layer"]] == ["hat", "hair"]
    check_alike(here, Nftchef(here / "project", settings))


def test_what_is_excluded_in_folders(carried, here):
    """The share of a folder goes to the rest of it, and is none's if nothing is left in it."""
    tree = here / "project" / "layers"
    draw(tree / "hair", "long#1.png", "short#1.png")
    draw(tree / "hat", "soft#3/cap#1.png", "soft#3/fez#2.png", "hard#2/helmet.png", "crown#1.png")
    draw(tree / "hat" / "pair#2", "left#1.png", "right.png")
    settings = {
        "layerConfigurations": [
            {"growEditionSizeTo": 3, "layersOrder": [{"name": "hair"}, {"name": "hat"}]}
        ],
        "format": FORMAT, "incompatible": {"long": ["cap", "helmet"], "cap": ["fez"]},
    }  # fmt: skip
    write_project(here / "project", settings)
    out, _ = carried()
    assert '  incompatible of "cap" is left out, as it is of no later choice.\n' in out
    check_alike(here, Nftchef(here / "project", settings))
    (here / "set" / "imggen.toml").unlink()
    write_project(here / "project", settings | {"incompatible": {"long": ["left"]}})
    assert (
        '  incompatible of "long": what hat right shows goes with what it excludes.\n'
        in (carried()[0])
    )


def test_nothing_may_be_excluded(carried, here):
    """Something is drawn then."""
    tree = here / "project" / "layers"
    draw(tree / "hair", "long#1.png", "short#1.png")
    draw(draw(tree / "hat", "cap#1.png", "fez#2.png"), "NONE#3.png", blank=True)
    orders = [{"name": "hair"}, {"name": "hat"}]
    settings = {
        "layerConfigurations": [{"growEditionSizeTo": 3, "layersOrder": orders}],
        "format": FORMAT, "incompatible": {"long": ["NONE", "fez"]},
    }  # fmt: skip
    write_project(here / "project", settings)
    assert "incompatible" not in carried()[0]
    check_alike(here, Nftchef(here / "project", settings))


def test_blend_modes_that_imggen_lacks(carried, here):
    tree = here / "project" / "layers"
    for name in ("Sky", "Fog", "Cat", "Back"):
        draw(tree / name, "a#1.png", "b#1.png", opaque=name == "Sky")
    modes = {"Sky": "source-over", "Fog": "source-atop", "Cat": "xor", "Back": "destination-over"}
    orders = [{"name": name, "options": {"blend": mode}} for name, mode in modes.items()]
    settings = {
        "layerConfigurations": [{"growEditionSizeTo": 3, "layersOrder": orders}], "format": FORMAT,
    }  # fmt: skip
    write_project(here / "project", settings)
    out, values = carried()
    assert out.splitlines()[1:3] == [
        (
            '  Back: "destination-over" is not carried over, as not all of what it would be behind '
            "is drawn normally; it is in front."
        ),
        '  Cat: its blend mode "xor" is none of imggen\'s, so it is drawn as normal.',
    ]
    orders[2]["options"] = {}
    del orders[1:2]
    write_project(here / "project", settings)
    (here / "set" / "imggen.toml").unlink()
    _, values = carried()
    assert [layer["name"] for layer in values["layer"]] == ["Back", "Sky", "Cat"]
    check_alike(here, HashLips(here / "project", settings))


def test_solana(carried, here):
    draw(here / "project" / "layers" / "Sky", "a#0.5.png", "b#1.5.png")
    (here / "project" / "src").mkdir()
    (here / "project" / "src" / "config.js").write_text("""
        const { NETWORK } = require(`${basePath}/constants/network.js`);
        const network = NETWORK.sol;
        const solanaMetadata = {
          symbol: "YC", seller_fee_basis_points: 1000, external_url: "https://x",
          creators: [{ address: "7fXN", share: 100 }],
        };
        const layerConfigurations = [{ growEditionSizeTo: 2, layersOrder: [{ name: "Sky" }] }];
        const format = { width: 24, height: 20 };
    """)
    out, values = carried()
    assert (
        "  Sky: it has weights with fractions, which the engine rounds as it draws; here they "
        "count exactly.\n"
    ) in out
    assert values["labels"] == {
        "formats": ["solana"],
        "collection": {
            "first_token": 0, "symbol": "YC", "external_url": "https://x", "royalty": 1000,
            "creators": {"7fXN": 100},
        },
    }  # fmt: skip


def test_every_key_is_explained(carried, here, nested):
    carried()
    explained = dict(keys_and_comments((here / "set" / "imggen.toml").read_text()))
    weights = [line for line, is_explained in explained.items() if not is_explained]
    assert all(line.rpartition(" = ")[2].isdigit() for line in weights)


CONFIG = "project/src/config.js"
SKY = '{ name: "Sky" }'
ONE = "const layerConfigurations = [{ growEditionSizeTo: 5, layersOrder: [%s] }];"
SIZE = "const format = { width: 24, height: 20 };"
TWICE = "const a = { growEditionSizeTo: 5, layersOrder: [{ name: 'Sky' }] };"
FORK = "const emptyLayerName = 'NONE';"
WRITE_OUT = "write it out in config.js, as imggen does not run it."
WRONG = {
    "": f"{CONFIG} has no format.width, so it is not a configuration that imggen knows; give "
    "--order to use the folders alone.",
    "const format = sizes();" + ONE % SKY: f"{CONFIG}: format.width is computed; {WRITE_OUT}",
    "const format = { width: 24, height: '20' };" + ONE % SKY: (
        f"{CONFIG}: format.height is '20'; expected a whole number of px."
    ),
    SIZE + "const layerConfigurations = [];": (
        f"{CONFIG}: layerConfigurations is empty; expected at least one."
    ),
    SIZE + ONE.replace("5", "0") % SKY: (
        f"{CONFIG}: layerConfigurations 1: growEditionSizeTo is 0; expected a whole number above 0."
    ),
    SIZE + TWICE + "const layerConfigurations = [a, a];": (
        f"{CONFIG}: layerConfigurations 2 grows to 5, and those before it to 5; expected more."
    ),
    SIZE + ONE % "": f"{CONFIG}: layersOrder is empty; expected a list of layers.",
    SIZE + ONE % "name()": (
        f"{CONFIG}: layersOrder has a layer without a name that is written out; expected each as "
        '{ name: "Hat" }.'
    ),
    SIZE + ONE % '{ name: "Sea" }': (
        f'{CONFIG} names the layer "Sea", and project/layers/Sea is no folder.'
    ),
    SIZE + ONE % '{ name: "Sky", blend: mode() }': (
        f"{CONFIG}: blend of Sky is computed; write it out, like MODE.multiply."
    ),
    SIZE + ONE % '{ name: "Sky", opacity: 2 }': (
        f"{CONFIG}: opacity of Sky is 2; expected a number from 0 to 1."
    ),
    SIZE + ONE % '{ name: "Sky", opacity: 0 }': (
        f"{CONFIG}: its layers draw nothing; expected files that show something."
    ),
    SIZE + ONE % '{ name: "Off" }': (
        "project/layers/Off: all weights in its names are 0; expected one image file per variant."
    ),
    SIZE + ONE % '{ name: "Deep" }': (
        "project/layers/Deep/in is a folder within a layer, which this engine cannot read; move "
        "its files to project/layers/Deep."
    ),
    SIZE + ONE % '{ name: "Minus" }': (
        "project/layers/Minus/a#-3.png has the weight -3; expected a number from 0 to 1e15."
    ),
    SIZE + FORK + ONE % '{ name: "Off" }': (
        "project/layers/Off: all weights in its names are 0; one must be more."
    ),
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.items())
def test_wrong_projects(refused, here, text, sentence):
    tree = here / "project" / "layers"
    for name in ("Sky/a#1.png", "Off/a#0.png", "Deep/in/a#1.png", "Minus/a#-3.png"):
        draw(tree / name.rpartition("/")[0], name.rpartition("/")[2])
    (here / "project" / "src").mkdir()
    (here / "project" / "src" / "config.js").write_text(text)
    assert refused("--from", "project") == sentence


DEPTHS = (
    ' of "{}": hat has files at several depths, which are layers of their own here, so what is '
    "left of them is not drawn as often as in the engine.\n"
)


def test_choices_at_several_depths(carried, here):
    """What is excluded from the layer that is drawn first is exact; of all else it is said."""
    tree = here / "project" / "layers"
    draw(tree / "hair", "long#1.png", "short#1.png")
    draw(tree / "hat", "cap#1.png", "fez#2.png", "z1,crown#1.png", "old#1/a#1.png", "old#1/b#1.png")
    orders = [{"name": "hair"}, {"name": "hat"}]
    settings = {
        "layerConfigurations": [{"growEditionSizeTo": 3, "layersOrder": orders}],
        "format": FORMAT,
    }
    exact = settings | {"incompatible": {"long": ["cap"]}, "forcedCombinations": {"short": ["fez"]}}
    write_project(here / "project", exact)
    assert "several depths" not in carried()[0]
    check_alike(here, Nftchef(here / "project", exact))
    for listed in (["crown"], ["a"]):
        (here / "set" / "imggen.toml").unlink()
        write_project(here / "project", settings | {"incompatible": {"short": listed}})
        assert f"  incompatible{DEPTHS.format('short')}" in carried()[0]


@pytest.mark.parametrize("names", [["crown"], ["NONE"], ["old"], ["old", "cap"], ["fez", "cap"]])
def test_what_is_forced(carried, here, names):
    """It may be at any depth, a folder or nothing at all; of several, the first one is drawn."""
    tree = here / "project" / "layers"
    draw(tree / "hair", "long#1.png", "short#1.png")
    draw(tree / "hat", "cap#1.png", "fez#2.png", "z1,crown#1.png", "old#1/a#1.png", "old#1/b#1.png")
    draw(tree / "hat", "NONE#3.png", blank=True)
    orders = [{"name": "hair"}, {"name": "hat"}]
    settings = {
        "layerConfigurations": [{"growEditionSizeTo": 3, "layersOrder": orders}],
        "format": FORMAT, "forcedCombinations": {"short": names},
    }  # fmt: skip
    write_project(here / "project", settings)
    assert "forcedCombinations" not in carried()[0]
    check_alike(here, Nftchef(here / "project", settings))


def test_what_an_edition_lacks_is_not_forced(carried, here):
    """Its layers are none in a split whatever the rules of other editions say."""
    tree = here / "project" / "layers"
    draw(tree / "sky", "day#1.png", "night#1.png", opaque=True)
    draw(tree / "hat", "cap#1.png", "fez#1.png")
    draw(tree / "hat", "z2,halo#1.png")
    orders = [[{"name": "sky"}], [{"name": "sky"}, {"name": "hat"}]]
    settings = {
        "layerConfigurations": [
            {"growEditionSizeTo": 3000 * n, "namePrefix": f"n{n}", "layersOrder": order}
            for n, order in enumerate(orders, 1)
        ],
        "format": FORMAT, "forcedCombinations": {"day": ["fez"], "night": ["halo"]},
    }  # fmt: skip
    write_project(here / "project", settings)
    carried()
    check_alike(here, Nftchef(here / "project", settings), 0, "n1")
    check_alike(here, Nftchef(here / "project", settings), 1, "n2")
