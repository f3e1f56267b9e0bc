"""A browser, and the reports that tests.pages.make has written to the folder in PAGES."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

FOLDER = Path(os.environ.get("PAGES", "."))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as tools:
        found = tools.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture
def show(browser):
    """Opens the report of a dataset; what it asks for and complains of is in `page.said`."""
    contexts = []

    def show(name, width=1280, colours="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda asked: page.said.append(asked.url[:80]))
        page.goto((FOLDER / name / "out/report.html").as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
