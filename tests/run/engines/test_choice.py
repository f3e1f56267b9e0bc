"""Engines that cannot be used are refused before anything slow begins."""

import socket

import pytest

from imggen import bulk
from imggen.errors import InputError
from imggen.run.engines import choice
from imggen.run.engines.choice import Choice, check_choice

LOKY_WITH_SCHEDULER = (
    '--scheduler is "tcp://head:8786", but --engine loky runs on this machine alone; leave it out, '
    "or give --engine dask or ray."
)


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: name)


@pytest.mark.parametrize(
    ("engine", "sentence"),
    [
        (Choice("spark"), '--engine is "spark"; expected "loky", "dask" or "ray".'),
        (Choice("loky", "tcp://head:8786"), LOKY_WITH_SCHEDULER),
        (
            Choice("dask", "head"),
            '--scheduler is "head"; expected an address like tcp://host:8786.',
        ),
        (Choice("ray", "h:99999"), '--scheduler is "h:99999"; expected an address like host:6379.'),
        (Choice("dask", ""), '--scheduler is ""; expected an address like tcp://host:8786.'),
    ],
)
def test_wrong_choices(installed, engine, sentence):
    with pytest.raises(InputError) as caught:
        check_choice(engine)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("engine", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_missing_library(monkeypatch, engine, package):
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    with pytest.raises(InputError) as caught:
        check_choice(Choice(engine))
    assert str(caught.value) == (
        f"--engine {engine} needs {package}, which is not installed; "
        f"try: pip install imggen[{engine}]"
    )


def test_nothing_answers(installed):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(InputError) as caught:
        check_choice(Choice("ray", address))
    assert str(caught.value) == (
        f"--scheduler is {address}, where no scheduler answers (Connection refused); start one, "
        "or give its address."
    )


def test_a_scheduler_answers(installed):
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_choice(Choice("dask", f"tcp://127.0.0.1:{server.getsockname()[1]}"))


def test_the_command_refuses(tmp_path, capsys):
    out = tmp_path / "out"
    assert bulk.main(["--out", str(out), "--scheduler", "tcp://head:8786"]) == 2
    assert capsys.readouterr().err == f"imggen: {LOKY_WITH_SCHEDULER}\n"
    assert not out.exists()
