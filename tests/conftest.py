"""Hypothesis profiles: default is quick, `--hypothesis-profile ci` and `nightly` look harder.

Tests marked slow run with those two, or when asked for: `-m slow`.
"""

import pytest
from hypothesis import HealthCheck, settings

THOROUGH = ("ci", "nightly")
# Each needs an environment of its own: scripts/test-clusters, -consumers, -pages, -stores.
collect_ignore = ["clusters", "consumers", "pages", "stores"]

common = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
settings.register_profile("default", max_examples=25, **common)
settings.register_profile("ci", max_examples=100, **common)
settings.register_profile("nightly", max_examples=1000, **common)
settings.load_profile("default")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--hypothesis-profile") in THOROUGH or config.getoption("-m"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture(scope="session")
def small_article(tmp_path_factory):
    """The folder of a small dataset that is laid out as the article's."""
    from tests.art import write_small_article

    return write_small_article(tmp_path_factory.mktemp("article"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def call(here, capsys):
    """Calls the main function of a command in `here`; returns exit code, stdout and stderr."""

    def call(main, *args):
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call
