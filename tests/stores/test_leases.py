"""Of two runs that want the same folder in a store, one has it."""

import json
import os
import socket
import time

from tests.stores.conftest import BUCKET, imggen, wait_for

OUT = f"s3://{BUCKET}/x"
HOW = ["--count", 6, "--workers", 1, "--quiet", "--out", OUT]
KEY = "x/.imggen/lease.json"
HERE = {"host": socket.gethostname(), "process": os.getpid(), "token": "other"}


def write_lease(server, **values):
    content = json.dumps({**HERE, "renewed": time.time(), **values}).encode()
    server.client.put_object(Bucket=BUCKET, Key=KEY, Body=content)


def before_writes(server, act):
    """Call `act` once, before the first write of a lease is answered."""
    acts = [act]

    def fault(number, environ):
        own = environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].endswith("lease.json")
        if own and acts:
            acts.pop()()

    server.fault = fault


def check_refused(server, art):
    code, said = imggen("bulk", art, *HOW)
    assert code == 2
    assert said == (
        f"imggen: {OUT} is being written by another run (process {os.getpid()} of "
        f"{socket.gethostname()}); wait for it, or 180 seconds if it was killed.\n"
    )
    assert server.names("x") == [".imggen/lease.json"]
    assert json.loads(server.read("x", ".imggen/lease.json"))["token"] == "other"


def test_two_runs_begin_at_once(server, art):
    before_writes(server, lambda: write_lease(server))
    check_refused(server, art)


def test_two_runs_take_over_the_same_lease(server, art):
    write_lease(server, host="gone", renewed=time.time() - 200)
    before_writes(server, lambda: write_lease(server))
    check_refused(server, art)


def test_a_store_whose_conditions_never_hold(server, art):
    def fault(number, environ):
        lease = environ["PATH_INFO"].endswith("lease.json")
        return "412 Precondition Failed" if lease and environ["REQUEST_METHOD"] == "PUT" else None

    server.fault = fault
    code, said = imggen("bulk", art, *HOW)
    assert code == 2
    assert said == (
        f"imggen: {OUT} cannot be written: .imggen/lease.json there has changed at each of 10 "
        "tries to write it; if no other run is beginning there, the store does not hold to "
        "conditional writes.\n"
    )
    assert server.names("x") == []


def test_a_store_without_conditional_writes(server, art):
    def fault(number, environ):
        conditional = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"} & environ.keys()
        return "501 Not Implemented" if conditional else None

    server.fault = fault
    assert imggen("bulk", art, *HOW) == (0, "")
    server.fault = lambda number, environ: None
    write_lease(server)
    code, said = imggen("bulk", art, *HOW)
    assert (code, "is being written by another run" in said) == (2, True)


def test_a_run_whose_lease_is_taken_over_stops(server, art, monkeypatch):
    monkeypatch.setattr("imggen.run.stored.lease.RENEWAL_SECONDS", 0.05)

    looks = []

    def fault(number, environ):
        if environ["PATH_INFO"].endswith("generated2.png"):
            looks.clear()  # before, as a run that has seen the lease looks no more
            write_lease(server)
            wait_for(lambda: looks)
            time.sleep(0.2)  # until the run has read the answer
        elif environ["PATH_INFO"].endswith("lease.json") and environ["REQUEST_METHOD"] == "GET":
            looks.append(number)

    server.fault = fault
    code, said = imggen("bulk", art, *HOW)
    assert code == 1
    assert said == (
        f"imggen: {OUT} has been taken over by another run, as this one gave no sign of life for "
        "180 seconds; what it has finished is kept.\n"
    )
    assert "run.json" not in server.names("x")
    assert json.loads(server.read("x", ".imggen/lease.json"))["token"] == "other"


def test_a_new_run_waits_for_three_requests_before_it_begins(server, art):
    """What is there; its lease; and the journal, which another run may have begun meanwhile."""
    assert imggen("bulk", art, "--count", 3, "--workers", 1, "--quiet", "--out", OUT) == (0, "")
    begin = [(way, path.rpartition("/")[2]) for way, path in server.requests[:5]]
    assert begin[:3] == [("GET", "bucket"), ("PUT", "lease.json"), ("GET", "bucket")]
    assert sorted(begin[3:]) == [("PUT", "manifest.json"), ("PUT", "places.json")]
