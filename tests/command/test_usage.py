"""Wrong arguments: one sentence each, with the nearest right one."""

import pytest

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
        ("show --xyzzy", "--xyzzy is not an option; see --help."),
        ("bulk --format", "--format needs a value; see --help."),
        ("bulk --quiet=3", "--quiet takes no value; give it alone."),
        ("bulk --count=", '--count is ""; expected a whole number.'),
        ("bulk --memory=", '--memory is ""; expected a size like 500M or 4G.'),
        ("bulk --partition=", '--partition is ""; expected K/N, like 3/10.'),
        ("bulk a b", "b is one argument too many; see --help."),
        ("status", "OUT is missing; see --help."),
    ],
)
def test_the_nearest_argument_is_named(call, arguments, sentence):
    assert call(cli.main, *arguments.split()) == (2, "", f"imggen: {sentence}\n")


def test_a_command_alone_knows_no_others(call):
    assert call(bulk.main, "--gif") == (2, "", "imggen: --gif is not an option; see --help.\n")
