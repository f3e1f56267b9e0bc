"""Clients of folders in stores, with the interface of obstore: which a URL needs, and how."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from imggen.store.hf_client import HfClient
from imggen.store.memory_client import MemoryClient
from imggen.store.url_errors import ConflictError

CLASSES = {"s3": "S3Store", "gs": "GCSStore", "az": "AzureStore"}  # of obstore
REQUEST_SECONDS = 60  # after which a request is given up and made again
ENDPOINT = re.compile(r"AWS_ENDPOINT(_URL(_S3)?)?", re.IGNORECASE)  # variables, to the client


def open_client(url: str, retry_seconds: float) -> Any:  # noqa: ANN401  # their packages may be missing
    """Return the client of the folder at `url`, which repeats requests for so long."""
    scheme, _, path = url.partition("://")
    if scheme == "hf":
        return HfClient(url, retry_seconds)
    if scheme == "memory":
        return MemoryClient(url)
    bucket, _, prefix = path.partition("/")
    check_endpoints()
    return getattr(import_module("obstore.store"), CLASSES[scheme])(
        bucket,
        prefix=prefix or None,
        # Plain HTTP is spoken only with an endpoint that the environment gives as http://.
        client_options={"allow_http": True, "timeout": timedelta(seconds=REQUEST_SECONDS)},
        retry_config={"max_retries": 10, "retry_timeout": timedelta(seconds=retry_seconds)},
        **(s3_options() if scheme == "s3" else {}),
    )


def conflicts() -> tuple[type[Exception], ...]:
    """Return what clients raise if a file has been written by another process meanwhile."""
    if find_spec("obstore") is None:
        return (ConflictError,)
    errors = import_module("obstore.exceptions")
    return ConflictError, errors.AlreadyExistsError, errors.PreconditionError


def check_endpoints() -> None:
    """Refuse endpoints at which the client would panic.

    Raises
    ------
    ValueError
        Naming the variable.
    """
    for name, value in endpoints():
        if not value.startswith(("http://", "https://")):
            message = f"the variable {name} is no URL that begins with http or https"
            raise ValueError(message)


def endpoints() -> Iterator[tuple[str, str]]:
    """Yield the variables that name an endpoint of S3, with their values."""
    return ((name, value) for name, value in os.environ.items() if ENDPOINT.fullmatch(name))


def s3_options() -> dict[str, Any]:
    """Return the options of an S3 client."""
    return profile_credentials() | ({"unsigned_payload": True} if is_encrypted() else {})


def is_encrypted() -> bool:
    """Return True if contents go over https, which tells of damage as well as a digest would.

    AWS_UNSIGNED_PAYLOAD says otherwise, true or false, and is left to the client.
    """
    plain = any(value.startswith("http:") for _, value in endpoints())
    return not plain and "AWS_UNSIGNED_PAYLOAD" not in os.environ


def profile_credentials() -> dict[str, Any]:
    """Return the options that have boto3 find credentials, as the AWS tools do; none without it."""
    if "AWS_ACCESS_KEY_ID" in os.environ or find_spec("boto3") is None:
        return {}
    session = import_module("boto3").Session()
    if session.get_credentials() is None:
        return {}
    provider = import_module("obstore.auth.boto3").Boto3CredentialProvider(session)
    return {"credential_provider": provider}
