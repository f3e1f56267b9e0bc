"""Bar charts, as SVG that reads on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.tables import Column, Table, show_cell

WIDTH = 860
LABELS = 240  # px for the names
VALUES = 90  # px for the figures behind the bars
ROW = 22
GAP = 34  # px between charts
OWN_COLOUR = "#e4572e"
LIMIT_COLOUR = "#4c9f70"
COLOUR = "#7a8ba3"
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
.value { font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }"""


def draw_bars(tables: Sequence[Table]) -> str:
    """A picture of tables, one below the other; bars are on a logarithmic scale."""
    parts = []
    top = 0
    for table in tables:
        parts += list(draw_table(table, top))
        top += GAP + ROW * (len(charted(table)) + 1)
    headings = {chart_column(table).heading: None for table in tables}
    parts.append(text(LABELS, top, f"{', '.join(headings)}; logarithmic", "name"))
    top += ROW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}">',
            f"<style>{STYLE}</style>",
            *parts,
            "</svg>\n",
        ]
    )


def chart_column(table: Table) -> Column:
    """The column that is drawn."""
    return next(column for column in table.columns if column.key == table.chart)


def charted(table: Table) -> list[tuple[str, float, str]]:
    """Name, value and the value as written, of each row that has one."""
    column = chart_column(table)
    return [
        (str(row["name"]), float(value), show_cell(value, column))
        for row in table.rows
        if (value := row.get(column.key))
    ]


def draw_table(table: Table, top: int) -> Iterator[str]:
    """The parts of one chart."""
    bars = charted(table)
    yield text(0, top + ROW, table.title, "title")
    low = min(value for _, value, _ in bars) / 2
    high = max(value for _, value, _ in bars)
    longest = WIDTH - LABELS - VALUES
    for position, (name, value, written) in enumerate(bars):
        y = top + ROW * (position + 1) + 8
        length = longest * math.log(value / low) / math.log(high / low)
        yield text(LABELS - 8, y + 15, name, "name", "end")
        yield (
            f'<rect x="{LABELS}" y="{y + 3}" width="{length:.1f}" height="{ROW - 6}" rx="2" '
            f'fill="{colour_of(name)}"/>'
        )
        yield text(LABELS + length + 6, y + 15, written, "value")


def colour_of(name: str) -> str:
    """Imggen and the limits stand out."""
    if name.startswith("limit"):
        return LIMIT_COLOUR
    return OWN_COLOUR if name.startswith("imggen") else COLOUR


def text(x: float, y: float, content: str, kind: str, anchor: str = "start") -> str:
    """A text element."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
        f"{escape(content)}</text>"
    )
