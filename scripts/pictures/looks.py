"""The gallery's entries about how sprites look."""

from collections.abc import Iterable

from imggen.config.plain import BLENDS
from pictures.entry import Entry


def each(character: str, **field: Iterable[object]) -> tuple[tuple[dict[str, str], ...], ...]:
    """A line of images of a character, each with one of the values of a field."""
    ((name, values),) = field.items()
    return (tuple({"character": character, f"character {name}": str(v)} for v in values),)


def varied(vary: str) -> str:
    """Characters in the middle of the canvas that vary."""
    return f"""[[layer]]
name = "character"
folder = "characters"
trim = true
place = {{ anchor = "center", at = [960, 600] }}
vary = {{ {vary} }}
"""


CLEAR = {"blur": "0.0", "vignette": "0.0", "noise": "0.0", "jpeg": "0.0"}  # of a camera

LOOKS = (
    Entry(
        "scale",
        "Size",
        "Each image draws its own size between two.",
        varied("scale = [0.4, 1.6]"),
        each("mage", scale=(0.4, 0.8, 1.2, 1.6)),
    ),
    Entry(
        "rotate",
        "Angle",
        "Degrees counter-clockwise, around the middle.",
        varied("rotate = [-60, 60]"),
        each("pirate", rotate=(-60, -20, 20, 60)),
    ),
    Entry(
        "rotate-in-steps",
        "Steps",
        "With a step there are few values, and a sprite that was made once is used again.",
        varied("rotate = { range = [0, 270], step = 90 }"),
        each("warrior", rotate=(0, 90, 180, 270)),
    ),
    Entry(
        "flip",
        "Mirror",
        "With a probability, left and right are exchanged.",
        varied("flip = 0.5"),
        each("pirate", flip=(0, 1, 0, 1)),
    ),
    Entry(
        "hue",
        "Hue",
        "All hues are turned by so many degrees; here by one of a list.",
        varied("hue = { values = [0, 90, 180, 270] }"),
        each("monster", hue=(0, 90, 180, 270)),
    ),
    Entry(
        "saturation",
        "Saturation",
        "From grey to twice as colourful.",
        varied("saturation = { values = [0, 0.5, 1, 2] }"),
        each("mage", saturation=(0.0, 0.5, 1.0, 2.0)),
    ),
    Entry(
        "brightness",
        "Brightness",
        "Colours times a number.",
        varied("brightness = { values = [0.4, 0.7, 1, 1.5] }"),
        each("mage", brightness=(0.4, 0.7, 1.0, 1.5)),
    ),
    Entry(
        "opacity",
        "Opacity",
        "What is behind shows through.",
        varied("opacity = { values = [0.25, 0.5, 0.75, 1] }"),
        each("warrior", opacity=(0.25, 0.5, 0.75, 1.0)),
    ),
    Entry(
        "blend",
        "Blend modes",
        "All that the W3C names, in the order of the list.",
        """[[layer]]
name = "object"
folder = "objects"
trim = true
place = { anchor = "center", at = [960, 600] }

[layer.vary]
scale = 3
blend.values = [
  "normal", "multiply", "screen", "overlay",
  "darken", "lighten", "color-dodge", "color-burn",
  "hard-light", "soft-light", "difference", "exclusion",
  "hue", "saturation", "color", "luminosity",
]
""",
        tuple(
            tuple(
                {"background": "countryside", "object": "heart", "object blend": name}
                for name in BLENDS[row : row + 4]
            )
            for row in range(0, len(BLENDS), 4)
        ),
        cell=(180, 101),
    ),
    Entry(
        "size",
        "One size for all art",
        "`size` scales the art of a layer to one size, however large its files are.",
        """[[layer]]
name = "object"
folder = "objects"
trim = true
size = 0.5
place = { anchor = "center", at = [960, 600] }
""",
        (tuple({"object": name} for name in ("anchor", "cupcake", "key", "heart")),),
    ),
    Entry(
        "feather",
        "Soft edges",
        "`feather` softens the edges of sprites: here by 0, 10, 20 and 40 px.",
        varied("scale = 1.4, feather = { values = [0, 10, 20, 40] }"),
        each("monster", feather=(0.0, 10.0, 20.0, 40.0)),
    ),
    Entry(
        "shadow",
        "Shadows",
        "A soft shadow under each sprite; its distance and its blur differ from image to image.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", at = [960, 600] }
shadow = { offset = [60, 40], blur = 20, opacity = 0.6 }
vary = { shadow_x = [-100, 100], shadow_blur = { values = [5, 30] } }
""",
        (({},) * 4,),
    ),
    Entry(
        "camera",
        "A camera",
        "Blur, darker corners, noise and JPEG artefacts of whole images, strong here to be seen.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", at = [960, 600] }

[camera]
blur = { values = [0, 12] }
vignette = { values = [0, 0.8] }
noise = { values = [0, 60] }
jpeg = { values = [0, 2] }
""",
        (
            tuple(
                {f"camera {name}": value for name, value in CLEAR.items()} | seen
                for seen in (
                    {"camera blur": "12.0"},
                    {"camera vignette": "0.8"},
                    {"camera noise": "60.0"},
                    {"camera jpeg": "2.0"},
                )
            ),
        ),
    ),
    Entry(
        "vary-when",
        "Variation by what is shown",
        "In the ice, characters are small, and half have another hue. Elsewhere they are as drawn.",
        """[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "bottom", at = [960, 1000] }

[[layer.vary_when]]
when = { background = "glacial" }
scale = 0.6
hue = { values = [0, 200] }
""",
        (
            (
                {"background": "glacial", "character hue": "200.0"},
                {"background": "glacial", "character hue": "0.0"},
                {"background": "desert"},
                {"background": "forest"},
            ),
        ),
    ),
    Entry(
        "everything",
        "All of it at once",
        "At random places, kept on the canvas whatever their size and angle.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", x = [0, 1920], y = [0, 1078] }

[layer.vary]
flip = 0.5
scale = [0.5, 1.0]
rotate = [-30, 30]
hue = [-90, 90]
saturation = [0.6, 1.4]
brightness = [0.7, 1.3]
opacity = [0.6, 1]
blend = { values = ["normal", "hard-light"] }
""",
        (({},) * 4, ({},) * 4),
    ),
    Entry(
        "parts",
        "Sprites in parts",
        "`costumes/angel` holds `back.png` and `front.png`: one goes behind the character.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "bottom", at = [960, 1000] }

[[layer]]
name = "costume"
folder = "costumes"
parts = { back = -1, front = 0 }
place = { anchor = "center", of = "character", at = "center" }
""",
        (tuple({"character": name} for name in ("mage", "warrior", "monster", "pirate")),),
    ),
)
