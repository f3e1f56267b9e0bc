"""Wrong arguments: one sentence each, with the nearest right one."""

from pathlib import Path
from typing import get_type_hints

import pytest
import typer

from imggen import bulk, cli


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("bluk", "bluk is not a command; did you mean bulk?"),
        ("Bulk", "Bulk is not a command; did you mean bulk?"),
        ("generate", "generate is not a command; did you mean bulk?"),
        ("Lint", "Lint is not a command; did you mean check?"),
        ("version", "version is not a command; did you mean --version?"),
        ("xyzzy", "xyzzy is not a command; see --help."),
        ("bulk --worker 3", "--worker is not an option; did you mean --workers?"),
        ("bulk --quite", "--quite is not an option; did you mean --quiet?"),
        ("bulk --formt png", "--formt is not an option; did you mean --format?"),
        ("bulk --threads 3", "--threads is not an option; did you mean --workers?"),
        ("bulk -n 3", "-n is not an option; did you mean --count?"),
        ("bulk -x", "-x is not an option; see --help."),
        ("label x --label coco", "--label is not an option; did you mean --labels?"),
        ("--verison", "--verison is not an option; did you mean --version?"),
        (
            "preview --json",
            (
                "--json is not an option of imggen preview, but of check, bulk, status, label, "
                "verify, diff."
            ),
        ),
        ("schema --partition 1/2", "--partition is not an option of imggen schema, but of bulk."),
        ("try --count 3", "--count is not an option of imggen try, but of preview, bulk."),
        ("show --xyzzy", "--xyzzy is not an option; see --help."),
        ("bulk --format", "--format needs a value; see --help."),
        ("bulk --quiet=3", "--quiet takes no value; give it alone."),
        ("bulk --count=", '--count is ""; expected a whole number.'),
        ("bulk --memory=", '--memory is ""; expected a size like 500M or 4G.'),
        ("bulk --out=", '--out is ""; expected a path; see --help.'),
        (
            "bulk --out s3:///x",
            "--out is s3:///x, without the name of a bucket; expected s3://BUCKET/FOLDER.",
        ),
        (
            "status gs:///x",
            "OUT is gs:///x, without the name of a bucket; expected gs://BUCKET/FOLDER.",
        ),
        ("bulk --labels=", '--labels is ""; expected formats, like coco,yolo.'),
        ("bulk --labels=coco,,yolo", '--labels is "coco,,yolo"; expected formats, like coco,yolo.'),
        ("label x --labels=,", '--labels is ","; expected formats, like coco,yolo.'),
        ("label x --base-uri=", '--base-uri is ""; expected an address, like ipfs://CID/.'),
        ("preview --output=", '--output is ""; expected a path; see --help.'),
        ("bulk --partition=", '--partition is ""; expected K/N, like 3/10.'),
        ("bulk a b", "b is one argument too many; see --help."),
        ("status", "OUT is missing; see --help."),
    ],
)
def test_the_nearest_argument_is_named(call, arguments, sentence):
    assert call(cli.main, *arguments.split()) == (2, "", f"imggen: {sentence}\n")


PATHS = {
    "--out": ["bulk", "try"],
    "--output": ["preview", "show x 1"],
    "--from": ["init"],
    "CONFIG": ["bulk", "check", "preview"],
    "OUT": ["label", "merge", "report", "status", "verify"],
    "SET": ["init"],
    "CONFIG|OUT": ["show"],
    "A": ["diff"],
    "B": ["diff x"],
}


@pytest.mark.parametrize(
    ("name", "command"), [(name, one) for name, some in PATHS.items() for one in some]
)
def test_an_empty_path_is_refused(call, here, name, command):
    """It would be the working directory; a script that forgot to set a variable gives it."""
    option = [name] if name.startswith("-") else []
    last = {"show": ["1"], "diff": ["x"]}.get(command, [])
    code, out, err = call(cli.main, *command.split(), *option, "", *last)
    assert (code, out, err) == (2, "", f'imggen: {name} is ""; expected a path; see --help.\n')
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["bulk --out --resume", "try --out=-x", "init --from --order a"]
)
def test_an_option_in_place_of_a_path_is_refused(call, here, command):
    """A folder called --resume is surely not meant."""
    code, out, err = call(cli.main, *command.split())
    assert (code, out) == (2, "")
    name, value = command.replace("=", " ").split()[1:3]
    assert err == (
        f"imggen: {name} is {value}, like an option; expected a path. "
        f"If it is one, give ./{value}.\n"
    )
    assert list(here.iterdir()) == []


def test_every_path_is_checked():
    """What is typed as a path is in PATHS."""
    known = {(name, one.split()[0]) for name, some in PATHS.items() for one in some}
    typed = set()
    for name, command in typer.main.get_command(cli.load_app()).commands.items():
        hints = get_type_hints(command.callback)
        for param in command.params:
            if hints.get(param.name) in (Path, Path | None):
                first = param.opts[0]
                typed.add((first if first.startswith("-") else param.metavar, name))
    assert typed == known


def test_a_command_alone_knows_no_others(call):
    assert call(bulk.main, "--gif") == (2, "", "imggen: --gif is not an option; see --help.\n")
