"""Sentences that name options name the arguments of functions in Python."""

import pytest

from imggen.api.sentences import errors_for_python
from imggen.errors import InputError, RunError


@pytest.mark.parametrize(
    ("command", "python"),
    [
        ("Go on with --resume and fewer --workers.", "Go on with resume=True and fewer workers."),
        (
            "Go on with --resume and --workers 1, which",
            "Go on with resume=True and workers=1, which",
        ),
        ("leave it out, or give --format jpeg.", 'leave it out, or give image_format="jpeg".'),
        ("use --container npy, which", 'use overrides={"output.container": "npy"}, which'),
        ("run imggen bulk art --out NEW", "run imggen bulk art --out NEW"),
        ("art/a--out.png is empty", "art/a--out.png is empty"),
    ],
)
@pytest.mark.parametrize("kind", [InputError, RunError])
def test_options_become_arguments(command, python, kind):
    with pytest.raises(kind) as error, errors_for_python():
        raise kind(command)
    assert str(error.value) == python
