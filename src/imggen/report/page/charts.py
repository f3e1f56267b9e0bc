"""Charts of a report, as small pieces of HTML and SVG that need nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.report.page.findings import Bars, Heat

MOST_LEVELS = 12  # rows and columns of a table of squares
MOST_BARS = 14
MAP = 48  # cells of a map along the longer side
ACCENT = (37, 99, 235)
LONGEST = 22  # characters of a name in a chart


def heat_table(heat: Heat) -> str:
    """Return a table of squares: the darker, the larger the share of its row."""
    rows, columns = most_frequent(heat.table, 1), most_frequent(heat.table, 0)
    table = heat.table[np.ix_(rows, columns)]
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    head = "".join(f"<th scope=col><span>{short(heat.columns[k])}</span></th>" for k in columns)
    lines = []
    for k, counts, share in zip(rows, table.tolist(), shares.tolist(), strict=True):
        cells = "".join(
            f'<td style="--v:{one:.2f}" title="{count:,} ({100 * one:.0f} %)">{100 * one:.0f}</td>'
            for count, one in zip(counts, share, strict=True)
        )
        lines.append(f"<tr><th scope=row>{short(heat.rows[k])}</th>{cells}</tr>")
    first, second = heat.titles
    left = heat.table.shape[0] - len(rows) + heat.table.shape[1] - len(columns)
    more = f" (rarer levels that are not shown: {left:,})" if left else ""
    return (
        f"<div class=scroll><table class=heat><caption>{escape(first)} by {escape(second)}, % of "
        f"each row{more}"
        f"</caption><tr><td></td>{head}</tr>{''.join(lines)}</table></div>"
    )


def most_frequent(table: npt.NDArray[np.int64], axis: int) -> list[int]:
    """Return the places of the levels that occur most, in their order."""
    sums = table.sum(axis=axis)
    kept = np.argsort(-sums, kind="stable")[:MOST_LEVELS]
    found: list[int] = np.sort(kept[sums[kept] > 0]).tolist()
    return found


def bars(chart: Bars) -> str:
    """Return bars of shares, each with a mark where it was asked to be."""
    order = np.argsort(-np.array(chart.got), kind="stable").tolist()
    if len(order) > MOST_BARS:
        order = [*order[: MOST_BARS // 2], *order[-MOST_BARS // 2 :]]
    top = max([*chart.got, *(chart.asked or ()), 1e-9])
    lines = []
    for k in order:
        mark = ""
        if chart.asked is not None:
            mark = f'<i style="--a:{chart.asked[k] / top:.3f}" title="asked for"></i>'
        lines.append(
            f'<li><span>{short(chart.names[k])}</span><b style="--v:{chart.got[k] / top:.3f}">'
            f"{mark}</b><em>{share_text(chart.got[k])}</em></li>"
        )
    legend = "" if chart.asked is None else "<small>bar: planned · mark: asked for</small>"
    return f"<ul class=bars>{''.join(lines)}</ul>{legend}"


def histogram(counts: Sequence[float], labels: tuple[str, str], name: str) -> str:
    """Return a small histogram with its lowest and highest value, and the largest count."""
    top = max([*counts, 1e-9])
    width = 100 / max(1, len(counts))
    rects = "".join(
        f'<rect x="{k * width + 0.4:.2f}" y="{32 - 32 * one / top:.2f}" '
        f'width="{width - 0.8:.2f}" height="{32 * one / top:.2f}"/>'
        for k, one in enumerate(counts)
    )
    most = f"<span>bars: up to {top:,.0f}</span>"
    return (
        f"<figure class=histogram><figcaption>{escape(name)}</figcaption>"
        f'<svg viewBox="0 0 100 32" preserveAspectRatio="none" role=img '
        f'aria-label="{escape(name)}">{rects}</svg>'
        f"<div><span>{escape(labels[0])}</span>{most}<span>{escape(labels[1])}</span></div></figure>"
    )


def density(points: npt.NDArray[np.float64], canvas: tuple[int, int], name: str) -> str:
    """Return a map of how many of `points`, (n, 2) px, lie where on the canvas."""
    width, height = canvas
    longest = max(canvas)
    across, down = max(1, MAP * width // longest), max(1, MAP * height // longest)
    found, _, _ = np.histogram2d(
        points[:, 1], points[:, 0], bins=(down, across), range=((0, height), (0, width))
    )
    alpha = 255 * np.sqrt(found / max(1.0, found.max()))
    pixels = np.empty((down, across, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = ACCENT, alpha.astype(np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return (
        f'<figure class=map><figcaption>{escape(name)}</figcaption><img src="{url}" '
        f'style="aspect-ratio:{width}/{height}" alt="where {escape(name)} is"></figure>'
    )


def meter(share: float, text: str) -> str:
    """Return a bar with a text beside it."""
    return f'<span class=meter><b style="--v:{min(1.0, max(0.0, share)):.3f}"></b>{text}</span>'


def short(name: str) -> str:
    """Return a name that is safe in HTML, cut off if it is long."""
    kept = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return escape(kept)


def share_text(share: float) -> str:
    """Return a share as text, with three digits."""
    return f"{100 * share:.3g} %"
