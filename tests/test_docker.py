"""What Docker copies of a clone is enough to build the wheel, and no more."""

import tomllib
from pathlib import Path

REPO = Path(__file__).parents[1]


def test_the_context_has_what_the_wheel_is_built_from():
    lines = (REPO / ".dockerignore").read_text().splitlines()
    copied = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((REPO / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    needed = {Path(path).parts[0] for path in wheel}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert copied == needed | {"pyproject.toml", "hatch_build.py"}
    assert "*" in lines
