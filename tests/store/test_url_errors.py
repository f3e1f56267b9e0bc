"""Errors of stores: what is repeated, and what is said."""

import errno

import pytest

from imggen.store.url_errors import is_final, reason_of, repeated

STATUS = "Server returned non-2xx status code: {}: <Error><Code>{}</Code></Error>"


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (RuntimeError("error sending request"), False),
        (RuntimeError(STATUS.format("503 Slow Down", "SlowDown")), False),
        (RuntimeError(STATUS.format("408 Request Timeout", "")), False),
        (RuntimeError(STATUS.format("429 Too Many Requests", "")), False),
        (RuntimeError(STATUS.format("400 Bad Request", "RequestTimeout")), False),
        (RuntimeError(STATUS.format("400 Bad Request", "BadDigest")), False),
        (RuntimeError(STATUS.format("400 Bad Request", "IncompleteBody")), False),
        (RuntimeError(STATUS.format("400 Bad Request", "XAmzContentSHA256Mismatch")), False),
        (RuntimeError(STATUS.format("400 Bad Request", "InvalidArgument")), True),
        (RuntimeError(STATUS.format("403 Forbidden", "AccessDenied")), True),
        (RuntimeError("no Credentials were found"), True),
        (FileNotFoundError("gone"), True),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EIO, "Input/output error"), False),
    ],
)
def test_what_would_fail_again(error, final):
    assert is_final(error) == final


@pytest.mark.parametrize("failures", range(4))
def test_calls_are_repeated_as_often_as_there_are_pauses(failures):
    errors = [RuntimeError("passing")] * failures

    def call():
        if errors:
            raise errors.pop()
        return "done"

    if failures < 3:
        assert repeated(call, [0, 0]) == "done"
    else:
        with pytest.raises(RuntimeError, match="passing"):
            repeated(call, [0, 0])


def test_what_would_fail_again_is_not_repeated():
    calls = []

    def call():
        calls.append(1)
        raise RuntimeError(STATUS.format("403 Forbidden", "AccessDenied"))

    with pytest.raises(RuntimeError, match="403"):
        repeated(call, [0, 0])
    assert len(calls) == 1


def test_reasons_have_no_urls():
    error = RuntimeError("Generic S3 error - error sending request for url (http://host/?key=word)")
    assert reason_of(error) == "no answer from its server"
    assert reason_of(RuntimeError("Generic S3 error: Missing KeyId")) == "Missing KeyId"
    assert reason_of(RuntimeError("refused by http://host/?key=word")) == "refused by the store"
    message = "<Error><Code>NoSuchBucket</Code><Message>The bucket is missing.</Message></Error>"
    assert reason_of(RuntimeError(message)) == "NoSuchBucket: The bucket is missing"
