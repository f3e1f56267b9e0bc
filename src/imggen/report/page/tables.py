"""The tables of a report: what was asked for and came, the radar, classes, maps."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from imggen.config.plain import NONE
from imggen.planning.sampling.frequencies import Frequencies
from imggen.report.page.charts import density, heat_table, histogram, meter, share_text, short
from imggen.report.page.facts import Facts
from imggen.report.page.looks import Snapshots
from imggen.report.page.radar import FactorPair, own_rows
from imggen.report.page.shortcuts import heat_of, percent

MOST_ROWS = 40  # of a table of variants
MOST_PAIRS = 60
MOST_EXAMPLES = 10  # pairs with images
MOST_LAYERS = 24
HISTOGRAM = 20  # bars
SMALL, MEDIUM = 32**2, 96**2  # px: COCO's areas of small and medium objects
CHANGED = 0.005  # of a share: a wish that is that far off is not met


def wish_tables(facts: Facts) -> Iterator[str]:
    """Yield a table for each layer, number and value, and each condition on them."""
    groups: dict[tuple[str, str, str], list[Frequencies]] = {}
    for one in facts.wishes.found:
        groups.setdefault((one.called, one.layer, one.where), []).append(one)
    for (called, layer, where), own in groups.items():
        condition = f" <small>where {escape(where)} ({escape(called)})</small>" if where else ""
        name = f"{escape(layer)}{condition}"
        is_open = " open" if not where and len(own[0].variants) <= MOST_ROWS else ""
        tables = "".join(wish_table(one, facts) for one in own)
        said = [one for one in facts.wishes.warnings if one.startswith((layer, called))]
        why = "".join(f"<p class=why>{escape(one)}</p>" for one in said[:3])
        yield f"<details{is_open}><summary>{name} {changed(own)}</summary>{why}{tables}</details>"


def changed(own: list[Frequencies]) -> str:
    """Return a mark if a wish could not be met."""
    missed = any(one.exact.any() and np.abs(one.exact - one.asked).max() > CHANGED for one in own)
    return "<span class=mark title='not as asked for'>not as asked</span>" if missed else ""


def wish_table(one: Frequencies, facts: Facts) -> str:
    """Return the table of one distribution in one split."""
    total = max(1, int(one.planned.sum()))
    order = np.lexsort((np.arange(len(one.asked)), -one.planned, -one.asked))
    order = order[(one.asked + one.exact + one.planned)[order] > 0]
    seen = seen_shares(facts, one.layer)
    ruled = bool((one.exact != one.asked).any())
    lines = []
    for k in order[:MOST_ROWS].tolist():
        share = one.planned[k] / total
        exact = f"<td>{share_text(one.exact[k])}</td>" if ruled else ""
        got = seen.get(one.variants[k])
        in_sight = f"<td>{'' if got is None else percent(got)}</td>" if seen else ""
        lines.append(
            f"<tr><th scope=row>{short(one.variants[k])}</th><td>{share_text(one.asked[k])}</td>"
            f"{exact}<td>{int(one.planned[k]):,}</td><td class=left>"
            f"{meter(share, share_text(share))}</td>"
            f"{in_sight}</tr>"
        )
    more = len(order) - len(lines)
    foot = f"<p>… and {more:,} more</p>" if more > 0 else ""
    split = f"<caption>split {escape(one.split)}</caption>" if one.split else ""
    rules = "estimated" if one.trials is not None else "under all rules"
    heads = f"<th>asked</th>{f'<th>{rules}</th>' if ruled else ''}<th>planned</th>"
    return (
        f"<div class=scroll><table class=numbers>{split}<tr><th></th>{heads}"
        f"<th class=left>share</th>{'<th>seen</th>' if seen else ''}</tr>{''.join(lines)}"
        f"</table></div>{foot}"
    )


def seen_shares(facts: Facts, layer: str) -> dict[str, float]:
    """Return how many of a layer's sprites are seen, by variant, in the images looked at."""
    seen, layers = facts.sample.seen, facts.recipe.library.layers
    own = [slot for slot, one in enumerate(layers) if one.layer == layer]
    rows = np.isin(seen.slot, own)
    found = {}
    for variant in np.unique(seen.variant[rows]).tolist():
        shown = seen.visible[rows & (seen.variant == variant)] > 0
        found[layers[own[0]].names[variant]] = float(shown.mean())
    return found


def value_charts(facts: Facts) -> Iterator[str]:
    """Yield a histogram of each number that varies."""
    for scope in facts.scopes:
        for factor in scope.factors if scope.charted else ():
            if factor.kind != "value" or factor.values is None:
                continue
            values = factor.values[~np.isnan(factor.values)]
            distinct = len(np.unique(values[:2000]))
            counts, edges = np.histogram(values, min(HISTOGRAM, max(2, distinct)))
            ends = f"{edges[0]:.3g}", f"{edges[-1]:.3g}"
            yield histogram(counts.tolist(), ends, factor.name)


def radar_rows(facts: Facts, views: Snapshots) -> Iterator[str]:
    """Yield the pairs of factors, strongest first; each opens to its table and images."""
    if not facts.radar.pairs:
        yield "<p>No two factors hang together by more than chance.</p>"
        return
    yield (
        "<div class=heads><span>pair</span><span>strength</span><span>V</span><span>η</span>"
        "<span>mutual inf.</span><span>best guess</span></div>"
    )
    for place, pair in enumerate(facts.radar.pairs[:MOST_PAIRS]):
        found = pair.found
        kind = "wrong" if not pair.why and pair.is_shortcut else "note"
        eta = "" if found.eta is None else f"η {found.eta:.2f}"
        splits = ", ".join(f"{escape(k)} {v:.2f}" for k, v in found.splits.items())
        why = " and ".join(pair.why) or "no setting asks for it"
        examples = example_images(pair, facts, views) if place < MOST_EXAMPLES else ""
        yield (
            f"<details class='pair {kind}'><summary><span>{escape(found.first.name)} ↔ "
            f"{escape(found.second.name)} <small>{escape(pair.scope.name)}</small></span>"
            f"{meter(found.size, f'{found.size:.2f}')}<small>V {found.strength:.2f}</small>"
            f"<small>{eta}</small>"
            f"<small>{found.information:.2f} bit</small>"
            f"<small>{percent(found.accuracy)} right</small></summary>"
            f"<p class=why>{escape(why)}. Guessing {escape(found.first.name)} from "
            f"{escape(found.second.name)} alone is right for {percent(found.accuracy)}; always "
            f"saying the most frequent for {percent(found.baseline)}."
            f"{f' By split: V {splits}.' if splits else ''}</p>"
            f"{heat_table(heat_of(found))}{examples}</details>"
        )


def example_images(pair: FactorPair, facts: Facts, views: Snapshots) -> str:
    """Return images of the level that a pair gives away most."""
    rule = pair.found.best_rule
    level = rule.level if rule else int(pair.found.table.sum(axis=1).argmax())
    rows = np.unique(own_rows(pair, level))[:2]
    found = views.get(facts.sample.numbers[rows].tolist())
    pictures = "".join(f'<img src="{one.picture}" alt="image {one.index}">' for one in found)
    return f"<div class=examples>{pictures}</div>"


def rule_table(facts: Facts) -> Iterator[str]:
    """Yield the table of the best one-factor rule for each class, the most telling first."""
    if not facts.radar.rules:
        yield "<p>No factor alone tells a class by more than chance in so many images.</p>"
        return
    yield (
        "<div class=scroll><table class=numbers><tr><th></th><th class=left>accuracy</th>"
        "<th class=left>by</th></tr>"
    )
    for one in facts.radar.rules[:MOST_PAIRS]:
        factor = one.pair.found.second.name
        yield (
            f"<tr><th scope=row>{short(one.label.levels[one.level])} "
            f"<small>{escape(one.label.name)}</small></th>"
            f"<td class=left>{meter(2 * one.accuracy - 1, percent(one.accuracy))}</td>"
            f"<td class=left>{escape(factor)}</td></tr>"
        )
    yield "</table></div>"


def layer_maps(facts: Facts) -> Iterator[str]:
    """Yield maps of each layer of sprites: where they are, how large, and how much is seen."""
    objects, seen, canvas = facts.sample.objects, facts.sample.seen, facts.recipe.library.size
    for own in facts.recipe.segments.columns[:MOST_LAYERS]:
        slots = range(own.slots.start, own.slots.stop)
        rows = np.isin(objects.slot, slots)
        if not rows.any():
            continue
        centres = objects.corner[rows] + objects.size[rows] / 2
        sides = np.sqrt(objects.size[rows].prod(axis=1))
        fractions = seen.fraction[np.isin(seen.slot, slots)]
        charts = [
            density(centres, canvas, f"{own.layer}: centres"),
            one_histogram(sides, f"{own.layer}: size, px"),
        ]
        if len(fractions):
            counts, _ = np.histogram(fractions, 10, (0, 1))
            charts.append(histogram(counts.tolist(), ("0 %", "100 %"), f"{own.layer}: visible"))
        yield f"<div class=charts>{''.join(charts)}</div>"


def one_histogram(values: np.ndarray[tuple[int], np.dtype[np.float64]], name: str) -> str:
    """Return a histogram of `values` from the lowest to the highest."""
    counts, edges = np.histogram(values, HISTOGRAM)
    return histogram(counts.tolist(), (f"{edges[0]:.3g}", f"{edges[-1]:.3g}"), name)


def class_rows(facts: Facts) -> Iterator[str]:
    """Yield how many objects of each class are small, medium and large, by what is seen of them."""
    seen, info = facts.sample.seen, facts.recipe.info
    names: dict[str, list[int]] = {}
    rows = zip(seen.slot.tolist(), seen.variant.tolist(), seen.visible.tolist(), strict=True)
    for slot, variant, area in rows:
        row = info.classes.rows.get((slot, variant))
        if row is None:
            continue
        size = 3 if not area else 0 if area < SMALL else 1 if area < MEDIUM else 2
        names.setdefault(info.classes.names[row], [0, 0, 0, 0])[size] += 1
    for name in [one for one in info.classes.names if one != NONE][: 3 * MOST_ROWS]:
        counts = names.get(name, [0, 0, 0, 0])
        total = max(1, sum(counts))
        cells = "".join(f"<td>{count:,}</td>" for count in counts)
        parts = "".join(f'<i style="--v:{count / total:.3f}"></i>' for count in counts[:3])
        bar = f"<td><span class=stack>{parts}</span></td>"
        yield f"<tr><th scope=row>{short(name)}</th>{cells}{bar}</tr>"
