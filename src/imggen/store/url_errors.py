"""Errors of stores: which of them may pass, repeating what failed, and what users are told."""

from __future__ import annotations

import errno
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of this machine's disk
# Answers of 4xx are final, but for a time-out and for too many requests.
FINAL = re.compile(r"status code: 4(?!08|29)\d\d|[Cc]redential|Account must be specified")
MAY_PASS = (408, 409, 412, 429)  # of the Hub; two of them if another commit came first
# Codes of answers that are 400 to S3, though the content was only damaged or late on its way.
PASSING = re.compile(r"<Code>(RequestTimeout|BadDigest|XAmzContentSHA256Mismatch|IncompleteBody)<")
# Where the roles of machines are, which is asked when nothing else is found.
ROLES = re.compile(r"169\.254\.|metadata\.google")

Result = TypeVar("Result")


class ConflictError(Exception):
    """A file that was to be written is there, or has changed, since it was looked at."""


def repeated(call: Callable[[], Result], pauses: Iterable[float]) -> Result:
    """Return the result of `call`, which is repeated after errors that may pass.

    Parameters
    ----------
    pauses : seconds, about, before each repetition: processes that fail together do not come back
        together
    """
    for pause in pauses:
        try:
            return call()
        except Exception as error:
            if is_final(error):
                raise
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # no secret
    return call()


def is_final(error: Exception) -> bool:
    """Return True if a request that failed so would fail again."""
    if isinstance(error, FileNotFoundError) or getattr(error, "errno", None) in FULL:
        return True
    status = getattr(getattr(error, "response", None), "status_code", None)  # of huggingface_hub
    if isinstance(status, int) and 400 <= status < 500:
        return status not in MAY_PASS
    return FINAL.search(str(error)) is not None and PASSING.search(str(error)) is None


def reason_of(error: Exception) -> str:
    """Return why a request failed, as part of a sentence, without URLs and what they carry."""
    text = str(error).strip() or type(error).__name__
    if ROLES.search(text):
        return "no credentials are found"
    found = [re.search(f"<{tag}>(.*?)</{tag}>", text) for tag in ("Code", "Message")]
    if all(found):
        return ": ".join(one[1].strip().rstrip(".") for one in found if one)
    first = re.sub("^Generic \\w+ error: ", "", text.splitlines()[0].rsplit(" - ", 1)[-1])
    if first.removeprefix("HTTP error: ").startswith("error sending request"):
        return "no answer from its server"
    return re.sub(r"\S+://\S+", "the store", first)[:200].strip(" .:")
