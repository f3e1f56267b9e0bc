"""Names of variants that readers of some formats take for something else."""

HARD_NAMES = (
    "NA", "null", "no", "true", "007", "1e5", "2020-01-01", "a,b;c", 'say "no"', "it's", "<&>",
    "]]>", "&amp;", "back\\slash", "=1+1", "- x", "a: b", "{index}", "%d", " spaces ",
    "\N{FOX FACE}", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "cafe\N{COMBINING ACUTE ACCENT}",
)  # fmt: skip
UNPRINTABLE = ("two\nlines", "bell\a", "line\u2028separator", "half\udca0")  # refused with the art
