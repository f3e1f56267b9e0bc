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


def put_images(server):
    """How many uploads of images there were."""
    put = [path for method, path in server.requests if method == "PUT"]
    return len([path for path in put if path.endswith(".png")])


def check_kept(server):
    """Each image in the folder x, which is a chunk, has its record there; return how many."""
    images = [name for name in server.names("x") if name.endswith(".png")]
    assert 0 < len(images) == len(stored_records(server))
    return len(images)


def refusing(name):
    """A store that never takes the file `name`."""

    def fault(number, environ):
        refused = environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].endswith(name)
        return "403 Forbidden" if refused else None

    return fault


def every_20th(answers):
    """Every 20th request fails, in turn with each of `answers`."""

    def fault(number, environ):
        return None if number % 20 else answers[number // 20 % len(answers)]

    return fault
