"""Write the page of a report: one file that needs no other and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from imggen import __version__
from imggen.report.page.charts import bars, heat_table
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Bars, Heat, Remark, find_all
from imggen.report.page.grid import choose_images, grid
from imggen.report.page.looks import Snapshots
from imggen.report.page.tables import (
    class_rows,
    layer_maps,
    radar_rows,
    rule_table,
    value_charts,
    wish_tables,
)
from imggen.sizes import show_bytes

MOST_VIEWS = 48
# The page may not ask for anything, whatever is in it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
SIZES = (
    "<div class=scroll><table class=numbers><tr><th></th><th>small</th><th>medium</th>"
    "<th>large</th><th>not seen</th><th></th></tr>"
)
SECTIONS = (
    ("asked", "Asked and got"), ("radar", "Shortcuts"), ("rules", "Class rules"),
    ("maps", "Maps"), ("classes", "Classes"), ("copies", "Copies"), ("images", "Images"),
    ("run", "Run"),
)  # fmt: skip


@dataclass(frozen=True)
class RunFacts:
    """The facts in `run.json`: the bytes of all images, distinct scenes, and the digest."""

    size_bytes: int
    distinct: int
    digest: str


def make_page(facts: Facts, run: RunFacts) -> str:
    """Return the page, as HTML."""
    views = Snapshots(facts.viewer, MOST_VIEWS)
    findings = find_all(facts)
    cards = "".join(card(one, views) for one in findings)
    name = facts.recipe.config.dataset.name
    body = "".join(
        f"<section id={place} tabindex=-1>{''.join(parts)}</section>"
        for place, parts in sections(facts, views, run)
    )
    links = "".join(f"<a href=#{place}>{title}</a>" for place, title in SECTIONS)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv="
        f'Content-Security-Policy content="{POLICY}">'
        f'<meta name=viewport content="width=device-width,initial-scale=1">'
        f'<link rel=icon href="data:,"><title>{escape(name)} · imggen report</title>'
        f"<style>{resource('page.css')}</style><header><h1>{escape(name)}</h1>"
        f"<p class=facts>{overview(facts, run)}</p><div class=verdict>{verdict(findings)}</div>"
        f"<div class=cards id=findings>{cards or CLEAN}</div><p></p></header>"
        f"<nav><div><span>{links}</span>"
        f"<button id=theme type=button>Dark or light</button></div></nav><main>{body}</main>"
        f"<footer>Made by imggen {__version__}. This page asks for nothing from the network."
        f"</footer><script>{resource('page.js')}</script></html>\n"
    )


CLEAN = (
    "<div class=clean><b>Nothing stands out.</b> No shortcut, leak, rare class, flaw of art or "
    "hidden label was found.</div>"
)


def overview(facts: Facts, run: RunFacts) -> str:
    """Return the size of the dataset, in a line."""
    recipe = facts.recipe
    width, height = recipe.library.size
    parts = [
        f"{recipe.count:,} images",
        f"{width}&times;{height} px",
        f"{run.distinct:,} distinct scenes",
        f"{len(recipe.config.layer)} layers",
        show_bytes(run.size_bytes),
    ]
    formats = recipe.info.labels.formats
    parts.append(f"labels {', '.join(formats)}" if formats else "no labels but data.csv")
    if facts.splits:
        parts.append(f"splits {escape(', '.join(facts.splits))}")
    return " · ".join(parts)


def verdict(findings: list[Remark]) -> str:
    """Return how many findings there are of each kind."""
    wrong = sum(one.severity == "wrong" for one in findings)
    notes = len(findings) - wrong
    chips = [f"<span class='chip wrong'>{wrong} wrong</span>"] if wrong else []
    chips += [] if wrong else ["<span class='chip good'>nothing wrong</span>"]
    chips += [f"<span class='chip note'>{notes} worth knowing</span>"] if notes else []
    return "".join(chips)


def card(one: Remark, views: Snapshots) -> str:
    """Return a finding with its picture."""
    seen = views.get(one.images)
    shown = [f'<img src="{view.picture}" alt="image {view.index}">' for view in seen]
    shown += [f'<img src="{url}" alt="art">' for url in one.pictures]
    pictures = f"<div class=examples>{''.join(shown)}</div>" if shown else ""
    return (
        f"<article class='card {one.severity}' data-kind='{escape(one.kind)}'><span class=tag>"
        f"{'wrong' if one.severity == 'wrong' else 'worth knowing'} · {escape(one.kind)}</span>"
        f"<p>{escape(one.sentence)}</p>{pictures}{chart(one.chart)}"
        f"<p class=advice>{escape(one.advice)}</p></article>"
    )


def chart(one: Heat | Bars | None) -> str:
    """Return a chart of a finding."""
    if one is None:
        return ""
    return heat_table(one) if isinstance(one, Heat) else bars(one)


def sections(facts: Facts, views: Snapshots, run: RunFacts) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the sections below the first screen, each with its place in the page."""
    counted = facts.looked_at
    some = "" if counted == facts.recipe.count else f" in the {counted:,} images that were counted"
    radar = facts.radar
    yield "asked", [
        heading("Asked and got", "What was asked for, what the rules make of it exactly, what is "
                f"planned{some}, and how much of it is seen in {len(facts.sample.seen.images):,} "
                "images that were traced."),
        *wish_tables(facts), "<div class=charts>", *value_charts(facts), "</div>",
    ]  # fmt: skip
    left_out = f" {radar.left_out:,} were left out." if radar.left_out else ""
    yield "radar", [
        heading("Shortcut radar", f"{radar.looked_at:,} pairs of factors in "
                f"{len(facts.sample.numbers):,} images, corrected for chance: Cramér's V, "
                "correlation ratio η, mutual information, and how often the best guess is right. "
                "The strength is the largest V in all images, in a split, or of one level."
                f"{left_out} Open one for its table."),
        *radar_rows(facts, views),
    ]  # fmt: skip
    yield "rules", [
        heading("The best one-factor rule for each class", "How well one factor alone tells a "
                "variant from all others, where both are equally frequent: 50 % is guessing, "
                "100 % gives it away."),
        *rule_table(facts),
    ]  # fmt: skip
    yield (
        "maps",
        [
            heading(
                "Where, how large, how visible", "Centres, sizes and visible shares of sprites."
            ),
            *layer_maps(facts),
        ],
    )
    yield "classes", [
        heading("Classes by size", "Objects in the traced images by what is seen of them: small "
                "below 32x32 px, medium below 96x96 px, else large, as COCO counts."),
        SIZES, *class_rows(facts), "</table></div>",
    ]  # fmt: skip
    yield "copies", [heading("Copies and leaks", ""), *copy_lines(facts)]
    yield "images", image_grid(facts, views)
    yield "run", run_lines(facts, run)


def heading(title: str, lead: str) -> str:
    """Return the head of a section."""
    return f"<h2>{escape(title)}</h2><p>{escape(lead)}</p>"


def copy_lines(facts: Facts) -> Iterator[str]:
    """Yield sentences on copies within the dataset and leaks between its splits."""
    count, _ = facts.copies
    yield f"<p>{count:,} of {facts.looked_at:,} images are exact copies of others.</p>"
    yield f"<p>{len(facts.twins):,} pairs of images show different things with the same pixels.</p>"
    for leak in facts.leaks:
        yield (
            f"<p>{leak.count:,} of {leak.images:,} images of {escape(leak.split)} are in "
            f"{escape(leak.other)}, too.</p>"
        )
    if facts.splits and not facts.leaks:
        yield "<p>No scene is in two splits.</p>"


def image_grid(facts: Facts, views: Snapshots) -> Iterator[str]:
    """Yield the grid of images and its tools."""
    views.get(choose_images(facts))
    chosen = [views.known[index] for index in sorted(views.known)]
    points = any(mark.keypoints for view in chosen for mark in view.marks)
    toggles = [("boxes", "Boxes", " checked"), ("masks", "Masks", "")]
    toggles += [("points", "Keypoints", "")] if points else []
    boxes = "".join(
        f"<label><input type=checkbox data-show={key}{on}> {title}</label>"
        for key, title, on in toggles
    )
    yield heading(
        "Images",
        "Evenly drawn ones, the rarest, those in which least is seen, and the examples above.",
    )
    yield (
        "<div class=tools><label>Filter <input id=find type=search placeholder='traits, split, "
        "number'></label><label>First <select id=sort><option value=index>by number</option>"
        "<option value=rarity>rarest</option><option value=seen>least visible</option></select>"
        f"</label>{boxes}<span id=said role=status></span></div>"
        f"<div class='grid boxes' id=grid>"
    )
    yield from grid(chosen, facts.recipe.library.size)
    yield "</div>"


def run_lines(facts: Facts, run: RunFacts) -> Iterator[str]:
    """Yield the facts of the run, licences, and the line that makes it again."""
    config, info = facts.recipe.config, facts.recipe.info
    yield heading("Run", "")
    origin = info.origin
    values = {
        "seed": str(config.dataset.seed),
        "sampling": config.dataset.sampling,
        "format": f"{config.output.format}, {facts.recipe.container.name}",
        "labels": ", ".join(info.labels.formats) or "none",
        "imggen": __version__,
        "digest": run.digest,
        "licence": "not given" if origin.licence is None else origin.licence.name,
        "author": origin.author or "",
    }
    for art in origin.art:
        said = (art.licence.name if art.licence else None, art.author, art.source)
        values[f"art of {art.layer}"] = ", ".join(one for one in said if one)
    terms = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in values.items() if v)
    yield f"<dl>{terms}</dl><p>This makes it again, from its folder:</p>"
    yield "<pre><code>imggen bulk imggen.toml --out again</code></pre>"


def resource(name: str) -> str:
    """Return the text of a file that lies beside this one."""
    return files(__package__).joinpath(name).read_text("utf-8")
