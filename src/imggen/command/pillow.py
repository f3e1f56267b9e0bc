"""Is there one whole Pillow? The packages pillow and pillow-simd overwrite each other unasked."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

from imggen.command.app import as_typed
from imggen.command.wall import complain
from imggen.errors import InstallError

NAMES = ("pillow", "pillow-simd")  # both bring the module PIL
LEAST = 11  # the oldest major version that the tests pass with
# What a mix of two versions raises, besides the error that PIL raises if it notices.
UNUSABLE = (ImportError, AttributeError, NameError, TypeError)

Versions = Mapping[str, str]  # by the name of the package


@dataclass(frozen=True)
class Installer:
    """How to call what installs packages; {python} is the interpreter to install them for."""

    install: str
    uninstall: str
    afresh: (
        str  # options that replace files, even if the version is there, by none kept from before
    )


PIP = Installer(
    "{python} -m pip install",
    "{python} -m pip uninstall -y",
    "--force-reinstall --no-deps --no-cache-dir",
)
UV = Installer(
    "uv pip install --python {python}",
    "uv pip uninstall --python {python}",
    "--reinstall --no-deps --no-cache",
)


def check_pillow(*, quiet: bool) -> None:
    """Warn of a Pillow that is mixed from two, unless `quiet`.

    Raises
    ------
    InstallError
        If there is none, or none that works.
    """
    warning = look_at_pillow()
    if warning and not quiet:
        complain(f"warning: {warning}")


def look_at_pillow() -> str:
    """What is wrong with a Pillow that works all the same, and what mends it; "" if all is well.

    Raises
    ------
    InstallError
        If there is none, or none that works.
    """
    installed = installed_pillows()
    try:
        version = load_pillow()
    except UNUSABLE as error:
        raise InstallError(say_unusable(installed, str(error).partition("\n")[0])) from error
    if int(version.partition(".")[0]) < LEAST:
        message = f"Pillow is {version}; imggen needs {LEAST} or newer. Get it with: {upgrade()}"
        raise InstallError(message)
    return say_mixed(installed, version)


def installed_pillows() -> Versions:
    """The version of each package here whose files the module PIL consists of.

    Another of them in another folder of sys.path, as in an environment that sees the system's
    packages, overwrites nothing and does not count.
    """
    spec = find_spec("PIL")
    folders = None if spec is None else {Path(it) for it in spec.submodule_search_locations or ()}
    return {
        name: package.version
        for name in NAMES
        for package in distributions(name=name)
        if folders is None or Path(str(package.locate_file("PIL"))) in folders
    }


def load_pillow() -> str:
    """Import what imggen draws with; returns its version.

    Raises
    ------
    ImportError, AttributeError, NameError, TypeError
        If it is not there, or not whole.
    """
    import PIL  # noqa: PLC0415  # loading it is the test
    from PIL import Image  # noqa: F401, PLC0415  # which loads the compiled part

    return PIL.__version__


def say_unusable(installed: Versions, error: str) -> str:
    """Why there is nothing to draw with, and what mends it."""
    if not installed and find_spec("PIL") is None:
        return (
            "drawing needs Pillow or Pillow-SIMD, and neither is installed here; "
            f"install one with: {install('pillow')}"
        )
    if len(installed) > 1:
        what = f"{listed(installed)} have overwritten each other's files, and PIL does not load"
    else:
        what = f"{listed(installed) or 'the module PIL'} does not load"
    return f"{what} ({error}); mend it with: {mend(installed)}"


def say_mixed(installed: Versions, version: str) -> str:
    """What is wrong with installed packages whose module PIL says that it is `version`, if any."""
    if len(installed) > 1:
        return (
            f"{listed(installed)} are both installed here, and each overwrites files of the other; "
            f"keep one of them with: {mend(installed)}"
        )
    if installed and version not in map(public, installed.values()):
        return (
            f"files of {listed(installed)} were overwritten by those of {version}; "
            f"mend it with: {mend(installed)}"
        )
    return ""


def mend(installed: Versions) -> str:
    """The command that leaves one whole Pillow: of two, the one that other packages ask for."""
    if len(installed) == 1:
        ((name, version),) = installed.items()
        return install(f"{installer().afresh} {name}=={version}")
    kept = f"pillow=={installed['pillow']}" if installed else "pillow"
    return f"{in_shell(installer().uninstall)} {' '.join(NAMES)} && {install(kept)}"


def upgrade() -> str:
    """The command that gets a newer Pillow."""
    return install("--upgrade pillow")


def install(what: str) -> str:
    """The command that installs `what` here."""
    return f"{in_shell(installer().install)} {what}"


def in_shell(command: str) -> str:
    """`command` for this interpreter."""
    return command.format(python=shlex.quote(as_typed(sys.executable)))


def installer() -> Installer:
    """What can install packages here: environments that uv makes hold no pip."""
    return UV if find_spec("pip") is None else PIP


def listed(installed: Versions) -> str:
    """Names and versions."""
    return " and ".join(f"{name} {version}" for name, version in installed.items())


def public(version: str) -> str:
    """`version` without the label of a local build."""
    return version.partition("+")[0]
