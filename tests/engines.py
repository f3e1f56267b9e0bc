"""Slow twins of the engines whose projects `imggen init` carries over, as their sources read.

Each draws one image: the paths of its files from back to front, with blend modes and opacities.
`HashLips` follows hashlips_art_engine 1.1, `Nftchef` its fork art-engine. They know nothing of
imggen, and take a project's settings as a dictionary.
"""

import json
import re

import numpy as np
from PIL import Image, ImageChops

FORMAT = {"width": 24, "height": 20}


def write_project(folder, settings):
    """Write the configuration of a project as its users do, in JavaScript."""
    (folder / "src").mkdir(parents=True, exist_ok=True)
    lines = [f"const {name} = {json.dumps(value)};" for name, value in settings.items()]
    (folder / "src" / "config.js").write_text(
        "const path = require('path');\n" + "\n".join(lines) + "\nmodule.exports = {};\n"
    )
    return folder


class HashLips:
    """One file of each layer, by the weight behind the last delimiter of its name."""

    def __init__(self, folder, settings):
        self.folder, self.settings = folder / "layers", settings

    def weight(self, name):
        text = name[:-4].split(self.settings.get("rarityDelimiter", "#"))[-1]
        try:
            return int(text or "0")
        except ValueError:
            return 1

    def draw(self, rng, edition=0):
        shown = []
        for layer in self.settings["layerConfigurations"][edition]["layersOrder"]:
            options = layer.get("options", {})
            names = sorted(path.name for path in (self.folder / layer["name"]).iterdir())
            weights = [self.weight(name) for name in names]
            left = int(rng.integers(sum(weights)))
            for name, weight in zip(names, weights, strict=True):
                left -= weight
                if left < 0:
                    path = self.folder / layer["name"] / name
                    shown.append(
                        (path, options.get("blend", "source-over"), options.get("opacity", 1))
                    )
                    break
        return shown


class Nftchef:
    """Nested folders: what has no weight is always drawn or entered, and one of what has."""

    Z = re.compile(r"z(-?\d+),")

    def __init__(self, folder, settings):
        self.folder, self.settings = folder / "layers", settings
        orders = settings["layerConfigurations"]
        self.layers = [
            [
                self.tree(self.folder / one["name"], number, "", one)
                for number, one in enumerate(order)
            ]
            for order in (edition["layersOrder"] for edition in orders)
        ]

    def clean(self, path):
        name = self.Z.sub("", path.name, count=1)
        return (name if path.is_dir() else name[:-4]).split("#")[0]

    def tree(self, path, number, z, style):
        """The elements of a folder, or a file, as the engine lists them."""
        weight = re.search(r"#(\d*)", path.name)
        own = self.Z.search(path.name)
        z = own[0] if own else z
        own_style = style.get("sublayerOptions", {}).get(self.clean(path))
        if own_style is not None:
            style = {"blend": "source-over", "opacity": 1, **own_style,
                     "sublayerOptions": style["sublayerOptions"]}  # fmt: skip
        query = re.search(r"\?(.*)\.", path.name)
        for pair in query[1].split("&") if query else ():
            key, value = pair.split("=")
            style = {**style, key: int(value) / 100 if key == "opacity" else value}
        paths = sorted(path.iterdir()) if path.is_dir() else []
        return {
            "path": path, "name": self.clean(path), "id": number, "z": z, "style": style,
            "weight": None if weight is None else int(weight[1] or 0),
            "elements": [self.tree(one, n, z, style) for n, one in enumerate(paths)],
        }  # fmt: skip

    def draw(self, rng, edition=0):
        drawn, incompatible, forced = [], [], []
        for number, layer in enumerate(self.layers[edition]):
            sequence = []
            self.pick(rng, layer, sequence, f"{number}", incompatible, forced)
            sequence.sort(key=lambda one: len(one[0].split(":")[0]))
            depths = [(int(self.Z.search(dna)[1]) if self.Z.search(dna) else 0, dna, element)
                      for dna, element in sequence]  # fmt: skip
            normal = sorted((one for one in depths if one[0] == 0), key=lambda one: one[1])
            drawn += [*(one for one in depths if one[0] != 0), *normal]
        drawn.sort(key=lambda one: one[0])
        return [
            (e["path"], e["style"].get("blend", "source-over"), e["style"].get("opacity", 1))
            for _, _, e in drawn
        ]

    def pick(self, rng, layer, sequence, parent, incompatible, forced):
        entry = lambda e: (f"{parent}.{e['id']}:{e['z']}{e['path'].name}", e)  # noqa: E731
        inside = lambda e: self.pick(  # noqa: E731
            rng, e, sequence, f"{parent}.{e['id']}", incompatible, forced
        )
        taken = next((e for e in layer["elements"] if e["name"] in forced), None)
        if taken:
            if taken["path"].is_dir():
                inside(taken)
            else:
                sequence.append(entry(taken))
            return
        left = [e for e in layer["elements"] if e["name"] not in incompatible]
        for e in left:
            if e["weight"] is None and e["path"].is_dir():
                inside(e)
            elif e["weight"] is None:
                sequence.insert(0, entry(e))
        weighted = [e for e in left if e["weight"] is not None]
        total = sum(e["weight"] for e in weighted)
        rest = int(rng.integers(total)) if total else 0
        for e in weighted:
            rest -= e["weight"]
            if rest < 0:
                incompatible += self.settings.get("incompatible", {}).get(e["name"], [])
                forced += self.settings.get("forcedCombinations", {}).get(e["name"], [])
                if e["path"].is_dir():
                    inside(e)
                elif e["name"] != self.settings.get("emptyLayerName", "NONE"):
                    sequence.append(entry(e))
                return


def composite(shown, size):
    """The picture of what is shown, by Pillow: (height, width, 4) uint8; two modes are known."""
    canvas = Image.new("RGBA", size)
    for path, blend, opacity in shown:
        with Image.open(path) as file:
            image = file.convert("RGBA")
        if image.size != size:
            image = image.resize(size, Image.Resampling.NEAREST)
        if blend == "multiply":  # over an opaque canvas
            mixed = ImageChops.multiply(image.convert("RGB"), canvas.convert("RGB"))
            mixed.putalpha(image.getchannel("A"))
            image = mixed
        alpha = np.asarray(image.getchannel("A")) * float(opacity)
        image.putalpha(Image.fromarray(np.rint(alpha).astype(np.uint8)))
        if blend == "destination-over":
            canvas = Image.alpha_composite(image, canvas)
        else:
            canvas = Image.alpha_composite(canvas, image)
    return np.asarray(canvas)
