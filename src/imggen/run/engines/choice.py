"""The choice of an engine, and what can be checked of it before anything slow begins."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from importlib.util import find_spec

from imggen.config.sentences import nearest, show
from imggen.errors import InputError, InstallError

ENGINES = {"loky": "joblib", "dask": "distributed", "ray": "ray"}  # and the package of each
CONNECT_SECONDS = 5.0
# Like tcp://host:8786 or host:6379; of IPv6, the host is in brackets.
ADDRESS = re.compile(r"([a-z]+://)?(?P<host>[^/:\[\]]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})/?")


@dataclass(frozen=True)
class Choice:
    """An engine, and the address of the scheduler of a running cluster.

    Attributes
    ----------
    scheduler : None to start workers on this machine
    most : of the cluster's workers, the number to use; None: all
    """

    name: str
    scheduler: str | None = None
    most: int | None = None


LOKY = Choice("loky")


def check_choice(choice: Choice) -> None:
    """Refuse an engine that is unknown or not installed, and a scheduler that does not answer.

    Raises
    ------
    InputError
        With one sentence on the first of them.
    """
    if choice.name not in ENGINES:
        meant = nearest(choice.name, list(ENGINES))
        hint = "" if meant is None else f" Did you mean {show(meant)}?"
        message = f'--engine is {show(choice.name)}; expected "loky", "dask" or "ray".{hint}'
        raise InputError(message)
    if choice.name == "loky" and choice.scheduler is not None:
        message = (
            f"--scheduler is {show(choice.scheduler)}, but --engine loky runs on this machine "
            "alone; leave it out, or give --engine dask or ray."
        )
        raise InputError(message)
    if find_spec(ENGINES[choice.name]) is None:
        message = (
            f"--engine {choice.name} needs {ENGINES[choice.name]}, which is not installed; "
            f"try: pip install imggen[{choice.name}]"
        )
        raise InstallError(message)
    if choice.scheduler is not None:
        check_answers(choice.scheduler, choice.name)


def check_answers(address: str, engine: str) -> None:
    """Refuse an address where nothing answers."""
    parts = ADDRESS.fullmatch(address)
    example = "tcp://host:8786" if engine == "dask" else "host:6379"
    if parts is None or int(parts["port"]) > 65535:
        raise InputError(f"--scheduler is {show(address)}; expected an address like {example}.")
    try:
        host = parts["host"].strip("[]")
        socket.create_connection((host, int(parts["port"])), CONNECT_SECONDS).close()
    except OSError as error:
        raise InputError(say_unreachable(address, error.strerror or str(error))) from error


def say_unreachable(address: str, reason: str) -> str:
    """Return the sentence on a scheduler that cannot be used."""
    return (
        f"--scheduler is {address}, where no scheduler answers ({reason}); "
        "start one, or give its address."
    )
