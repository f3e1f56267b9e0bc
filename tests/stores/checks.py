"""What is compared of a dataset in a store and of one in a local folder, and faults of stores."""

import json
import re

from tests.stores.conftest import BUCKET, SECRET, imggen, local_contents

OUT = f"s3://{BUCKET}/x"
PASSING = re.compile(r"^\.imggen/.*(lease|/shards/|\.rows)")  # of runs that go on


def local_dataset(out):
    """The files of a dataset in a local folder, and its digest."""
    return local_contents(out), digest_of((out / "run.json").read_bytes())


def check_same(server, expected, url=OUT):
    """The dataset in the folder x is the one that `local_dataset` returned, and nothing is left."""
    contents, digest = expected
    stored = server.contents("x")
    assert stored.keys() == contents.keys()
    assert [name for name in contents if stored[name] != contents[name]] == []
    summary = server.read("x", "run.json")
    assert digest_of(summary) == digest
    assert SECRET.encode() not in summary
    assert list(filter(PASSING.match, server.names("x"))) == []
    assert imggen("verify", url, "--workers", 1, "--quiet") == (0, "")


def digest_of(summary):
    return json.loads(summary)["digest"]


def stored_records(server):
    """The names of the records of chunks in the folder x."""
    return [name for name in server.names("x") if name.endswith(".record")]


def every_20th(answers):
    """Every 20th request fails, in turn with each of `answers`."""

    def fault(number, environ):
        return None if number % 20 else answers[number // 20 % len(answers)]

    return fault
