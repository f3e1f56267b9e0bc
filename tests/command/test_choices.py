"""Choices on the command line: in any case, and with the nearest one named if they are wrong."""

import pytest

from imggen import bulk, cli

FORMATS = 'expected "png", "jpeg" or "webp".'


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--format", "jpg", f'--format is "jpg"; {FORMATS} Did you mean "jpeg"?'),
        ("--format", "jgp", f'--format is "jgp"; {FORMATS} Did you mean "jpeg"?'),
        ("--format", "gif", f'--format is "gif"; {FORMATS}'),
        ("--effort", "balancd", ('--effort is "balancd"; expected "fast", "balanced" or "max". '
                                 'Did you mean "balanced"?')),
    ],
)  # fmt: skip
def test_the_nearest_choice_is_named(call, small_article, option, value, sentence):
    code, out, err = call(bulk.main, small_article, option, value, "--dry-run")
    assert (code, out, err) == (2, "", f"imggen: {sentence}\n")


def test_the_nearest_label_format_is_named(call, small_article):
    code, out, err = call(bulk.main, small_article, "--labels", "coco,yoloo", "--dry-run")
    assert (code, out) == (2, "")
    assert err.startswith('imggen: --labels has "yoloo"; expected a list of table, coco, yolo, ')
    assert err.endswith('solana. Did you mean "yolo"?\n')


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('anchor = "bottom"', 'anchor = "botom"', 'layer.character.place.anchor is "botom"; '),
        ('anchor = "bottom"', 'anchor = "centre"', 'layer.character.place.anchor is "centre"; '),
    ],
)
def test_the_nearest_choice_is_named_with_file_and_line(
    call, small_article, here, before, after, sentence
):
    text = (small_article / "imggen.toml").read_text().replace(before, after, 1)
    (here / "imggen.toml").write_text(text)
    code, _, err = call(bulk.main, "--dry-run")
    line = text[: text.index(after)].count("\n") + 1
    meant = {"botom": "bottom", "centre": "center"}[after.split('"')[1]]
    assert code == 2
    assert f"imggen.toml, line {line}: {sentence}expected " in err
    assert err.endswith(f'Did you mean "{meant}"?\n')


@pytest.mark.parametrize("size", ["0", "0x0", "10x", "10x0", "1x2x3", "-5", "ten"])
def test_sizes_that_are_none(call, small_article, size):
    code, out, err = call(bulk.main, small_article, "--size", size, "--dry-run")
    assert (code, out) == (2, "")
    assert err == (
        f"imggen: --size is {size}; expected a width and a height in px, like 960x539, or a number "
        "of px for the shorter side, like 224.\n"
    )


def test_choices_may_be_written_in_any_case(call, small_article):
    wanted = ("--format", "JPEG", "--labels", "COCO, Table", "--container", "WebDataset",
              "--duplicates", "Write", "--effort", "MAX", "--count", 2)  # fmt: skip
    code, out, err = call(bulk.main, small_article, *wanted, "--dry-run", "--workers", 1)
    assert (code, err) == (0, ""), err
    assert out.startswith("images   2 ")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("buld", "buld is not a command; did you mean bulk?"),
        ("xyzzy", "xyzzy is not a command; see --help."),
    ],
)
def test_the_nearest_command_is_named(call, command, sentence):
    assert call(cli.main, command) == (2, "", f"imggen: {sentence}\n")
