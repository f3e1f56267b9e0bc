"""A check that Pillow is intact: pillow and pillow-simd overwrite each other's files."""

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
# Errors that a mix of two versions raises, besides ImportError, which PIL raises if it notices.
UNUSABLE = (ImportError, AttributeError, NameError, TypeError)

Versions = Mapping[str, str]  # by package name


@dataclass(frozen=True)
class Installer:
    """The commands of a package installer; {python} stands for the interpreter.

    Attributes
    ----------
    afresh : options that replace all files, even of an installed version, and use no cache
    """

    install: str
    uninstall: str
    afresh: str


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
    """Warn, unless `quiet`, if the files of Pillow come from two packages.

    Raises
    ------
    InstallError
        If Pillow is missing, broken or too old.
    """
    warning = find_mix()
    if warning and not quiet:
        complain(f"warning: {warning}")


def find_mix() -> str:
    """Return what is wrong with a Pillow that works, and how to repair it; "" if it is intact.

    Raises
    ------
    InstallError
        If Pillow is missing, broken or too old.
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
    """Return the versions of the installed packages that own the module PIL.

    A package in another folder of sys.path, as with system packages, overwrites nothing and is
    left out.
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
    """Import PIL and its compiled part; return its version.

    Raises
    ------
    ImportError, AttributeError, NameError, TypeError
        If it is missing or broken.
    """
    import PIL  # noqa: PLC0415  # loading it is the test
    from PIL import Image  # noqa: F401, PLC0415  # loads the compiled part

    return PIL.__version__


def say_unusable(installed: Versions, error: str) -> str:
    """Return why Pillow cannot be used, and how to repair it."""
    if not installed and find_spec("PIL") is None:
        return (
            "drawing needs Pillow or Pillow-SIMD, and neither is installed here; "
            f"install one with: {install('pillow')}"
        )
    if len(installed) > 1:
        what = f"{listed(installed)} have overwritten each other's files, and PIL does not load"
    else:
        what = f"{listed(installed) or 'the module PIL'} does not load"
    return f"{what} ({error}); repair it with: {repair(installed)}"


def say_mixed(installed: Versions, version: str) -> str:
    """Return how the `installed` packages contradict the `version` of PIL; "" if they do not."""
    if len(installed) > 1:
        return (
            f"{listed(installed)} are both installed here, and each overwrites files of the other; "
            f"keep one of them with: {repair(installed)}"
        )
    if installed and version not in map(public, installed.values()):
        return (
            f"files of {listed(installed)} were overwritten by those of {version}; "
            f"repair it with: {repair(installed)}"
        )
    return ""


def repair(installed: Versions) -> str:
    """Return the command that leaves one intact Pillow: of two, the one that others depend on."""
    if len(installed) == 1:
        ((name, version),) = installed.items()
        return install(f"{installer().afresh} {name}=={version}")
    kept = f"pillow=={installed['pillow']}" if installed else "pillow"
    return f"{in_shell(installer().uninstall)} {' '.join(NAMES)} && {install(kept)}"


def upgrade() -> str:
    """Return the command that installs a newer Pillow."""
    return install("--upgrade pillow")


def install(what: str) -> str:
    """Return the command that installs `what` for this interpreter."""
    return f"{in_shell(installer().install)} {what}"


def in_shell(command: str) -> str:
    """Return `command` with {python} replaced by this interpreter."""
    return command.format(python=shlex.quote(as_typed(sys.executable)))


def installer() -> Installer:
    """Return the installer to recommend: uv where there is no pip, as in environments uv made."""
    return UV if find_spec("pip") is None else PIP


def listed(installed: Versions) -> str:
    """Return names and versions, joined by "and"."""
    return " and ".join(f"{name} {version}" for name, version in installed.items())


def public(version: str) -> str:
    """Return `version` without its local build label."""
    return version.partition("+")[0]
