"""The gallery's entries about where sprites go, and what goes with what."""

from pictures.entry import Entry

THUMB = (120, 67)  # px, of images that are shown by the dozen
MIXED = """[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "character"
folder = "characters"
place = { anchor = "bottom", at = [960, 1000] }

"""


def first(count: int, **wanted: str) -> tuple[dict[str, str], ...]:
    """A line of the first so many images that have `wanted` in their rows."""
    return (wanted,) * count


SCENES = (
    Entry(
        "fixed",
        "Fixed places",
        "A point of the sprite on a point of the canvas, in px or in shares of its sides.",
        """[[layer]]
name = "left"
folder = "characters"
place = { anchor = "bottom", at = ["25%", "90%"] }

[[layer]]
name = "right"
folder = "characters"
place = { anchor = "bottom", at = ["75%", "90%"] }

[[layer]]
name = "above"
folder = "objects"
trim = true
place = { anchor = "top", at = [960, 60] }
""",
        (first(4),),
    ),
    Entry(
        "relative",
        "Relative places",
        "The object is to the right of the character, or in the middle if there is no character.",
        """[[layer]]
name = "character"
folder = "characters"
weights = { mage = 1, monster = 1, pirate = 1, toadking = 1, warrior = 1, none = 1 }
place = { anchor = "bottom", at = [600, 1000] }

[[layer]]
name = "object"
folder = "objects"
vary = { scale = 1.5 }

[layer.place]
anchor = "bottom-left"
of = "character"
at = "bottom-right"
offset = [30, 0]
otherwise = ["50%", 1000]
""",
        (
            (
                {"character": "monster", "object": "barrel"},
                {"character": "pirate", "object": "barrel"},
                {"character": "none", "object": "barrel"},
                {"character": "none", "object": "anchor"},
            ),
        ),
    ),
    Entry(
        "place-when",
        "Places by scenery",
        "On the left in the desert, high up on the right in the ice, else in the middle.",
        MIXED
        + """[[layer.place_when]]
when = { background = "desert" }
at = [400, 1000]

[[layer.place_when]]
when = { background = "glacial" }
at = [1500, 750]
""",
        (
            tuple(
                {"background": name, "character": "mage"}
                for name in ("countryside", "desert", "forest", "glacial")
            ),
        ),
    ),
    Entry(
        "random",
        "Random places",
        "Anywhere, as long as half of the sprite's box is on the canvas.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", x = [0, "100%"], y = [0, "100%"], inside = 0.5 }
""",
        (first(4), first(4)),
    ),
    Entry(
        "instances",
        "Many instances of one layer",
        "Two to four characters, and three or six objects, each clear of the others. "
        "What stands lower is in front.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
size = 0.5
instances = [2, 4]
depth = "bottom"
class = "person"

[layer.place]
anchor = "bottom"
x = [200, 1720]
y = [600, 1060]
inside = 0.8
avoid = ["self"]
overlap = 0.2

[[layer]]
name = "object"
folder = "objects"
trim = true
size = 0.18
instances = { 3 = 0.5, 6 = 0.5 }
vary = { flip = 0.5, scale = [0.7, 1.3], rotate = [-40, 40] }

[layer.place]
anchor = "center"
x = [0, 1920]
y = [650, 1078]
inside = 0.5
avoid = ["self", "character"]
otherwise = "drop"
""",
        (first(4), first(4)),
    ),
    Entry(
        "avoid",
        "Clear of others",
        "Each object keeps clear of the character, and the second one of the first.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", x = [0, "100%"], y = [0, "100%"] }

[[layer]]
name = "first"
folder = "objects"
trim = true
place = { x = [0, "100%"], y = [0, "100%"], avoid = ["character"] }

[[layer]]
name = "second"
folder = "objects"
trim = true
place = { x = [0, "100%"], y = [0, "100%"], avoid = ["character", "first"] }
""",
        (first(4), first(4)),
    ),
    Entry(
        "forbid",
        "Rules that forbid",
        "The first mages, none of them in the desert or the ice, and the first pirates.",
        MIXED
        + """[[rule]]
when = { character = "mage" }
forbid = { background = ["desert", "glacial"] }
""",
        (first(8, character="mage"), first(8, character="pirate")),
        cell=THUMB,
    ),
    Entry(
        "require",
        "Rules that require",
        "The first pirates, each with an anchor or a chest, and the first warriors.",
        """[[layer]]
name = "character"
folder = "characters"
place = { anchor = "bottom", at = [600, 1000] }

[[layer]]
name = "object"
folder = "objects"
place = { anchor = "bottom", at = [1400, 1000] }
vary = { scale = 2.5 }

[[rule]]
when = { character = "pirate" }
require = { object = ["anchor", "chest"] }
""",
        (first(8, character="pirate"), first(8, character="warrior")),
        cell=THUMB,
    ),
    Entry(
        "conditional",
        "Conditional probabilities",
        "The first images in the desert, where all are pirates or warriors, and in the forest.",
        MIXED
        + """[[rule]]
when = { background = "desert" }
probabilities = { character = { pirate = 0.6, warrior = 0.4 } }
""",
        (first(8, background="desert"), first(8, background="forest")),
        cell=THUMB,
    ),
    Entry(
        "joint",
        "A joint table",
        "The first images of each background, with the characters that the table has for it.",
        MIXED
        + """[[joint]]
layers = ["background", "character"]

[joint.weights]
countryside = { mage = 1, warrior = 1 }
desert = { warrior = 2, pirate = 3 }
forest = { monster = 1, toadking = 1 }
glacial = { mage = 1 }
""",
        tuple(first(8, background=name) for name in ("countryside", "desert", "forest", "glacial")),
        cell=THUMB,
    ),
    Entry(
        "correlate",
        "A correlation",
        "The first images of each character: three of four backgrounds are the one it goes with.",
        MIXED
        + """[[correlate]]
layer = "background"
follows = "character"
agree = 0.75

[correlate.pairs]
mage = "forest"
monster = "glacial"
pirate = "desert"
toadking = "forest"
warrior = "countryside"
""",
        tuple(first(8, character=name) for name in ("mage", "monster", "pirate", "warrior")),
        cell=THUMB,
    ),
    Entry(
        "splits",
        "Splits that differ",
        "The first images of train, and below them those of test, from another distribution.",
        MIXED
        + """[[split]]
name = "train"
share = 0.8
probabilities = { background = { countryside = 0.5, forest = 0.5 } }

[[split]]
name = "test"
share = 0.2
probabilities = { background = { glacial = 0.7, desert = 0.3 } }
""",
        (first(8, split="train"), first(8, split="test")),
        cell=THUMB,
    ),
    Entry(
        "pairs",
        "Counterfactual pairs",
        "Four pairs, side by side: those of a pair differ in the object and in nothing else.",
        """[dataset]
pair = "object"

[[layer]]
name = "character"
folder = "characters"
place = { anchor = "bottom", x = [300, 900], y = [900, 1000] }

[[layer]]
name = "object"
folder = "objects"
trim = true
place = { anchor = "center", x = [1300, 1700], y = [300, 800] }
vary = { scale = 2, rotate = [-30, 30] }
""",
        (
            first(2, pair_id="0") + first(2, pair_id="1"),
            first(2, pair_id="2") + first(2, pair_id="3"),
        ),
    ),
    Entry(
        "family",
        "Families",
        "Two scenes, each with four of the characters; all else is the same.",
        """[dataset]
family = { layer = "character", size = 4 }

[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "character"
folder = "characters"
place = { anchor = "bottom", x = [500, 1400], y = [900, 1000] }
""",
        (first(4, family_id="0"), first(4, family_id="1")),
    ),
    Entry(
        "views",
        "Views",
        "One scene as it is, without background, without character, and with a silhouette.",
        """[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "character"
folder = "characters"
place = { anchor = "bottom", x = [500, 1400], y = [900, 1000] }

[[view]]
name = "original"

[[view]]
name = "only_fg"
without = "background"

[[view]]
name = "only_bg"
without = "character"

[[view]]
name = "silhouette"
vary = { character = { brightness = 0 } }
""",
        (first(4, family_id="0"),),
    ),
    Entry(
        "file-names",
        "Weights in file names",
        "`prizes` holds `barrel#6.png`, `heart.png`, and the folder `sweets#3` with two files: of"
        " ten images, about six show the barrel, three something sweet and one the heart.",
        """[[layer]]
name = "prize"
folder = "prizes"
trim = true
place = { anchor = "center", at = [960, 600] }
vary = { scale = 3 }
""",
        (first(10), first(10), first(10)),
        cell=(96, 54),
    ),
)
