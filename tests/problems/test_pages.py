"""Every page of every exercise in a real browser: nothing is fetched, nothing complained of, nothing sticks out."""

import shutil

import pytest
from problems.conftest import _answer

from kernelkit.report.document import document
from kernelkit.report.html_page import index, page
from kernelkit.report.load import exercises
from kernelkit.report.model import LANGUAGES, Figure

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (360, 1280)
"""Pixels of a phone and of a desk."""


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def seen(browser, html, target):
    """Open a page at every width: what it says or asks for, what sticks out, figures that show, flat formulas."""
    target.write_text(html, encoding="utf-8")
    for width in WIDTHS:
        said, asked = [], []
        view = browser.new_page(viewport={"width": width, "height": 800})
        view.on("console", lambda message, said=said: said.append(message.text))
        view.on("pageerror", lambda error, said=said: said.append(str(error)))
        view.on("request", lambda request, asked=asked: asked.append(request.url))
        view.goto(target.as_uri())
        reach = view.evaluate("document.documentElement.scrollWidth")
        shown = view.evaluate(
            "[...document.querySelectorAll('svg')].filter(e => e.getBoundingClientRect().width > 100).length"
        )
        flat = view.evaluate(
            "[...document.querySelectorAll('math')].filter(e => e.getBoundingClientRect().height < 4).length"
        )
        view.close()
        asked.remove(target.as_uri())
        yield said + asked, max(reach - width, 0), shown, flat


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("exercise", [pytest.param(one, id=one.problem.slug) for one in exercises()])
def test_an_answer_in_a_browser(browser, tmp_path, exercise, language):
    answer = _answer(exercise.problem.slug)
    html = page(document(exercise.problem, answer, language), LANGUAGES, made_by="kernelkit")
    figures = sum(isinstance(fact, Figure) for fact in answer.facts.values())
    assert list(seen(browser, html, tmp_path / "page.html")) == [([], 0, figures, 0)] * len(WIDTHS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_in_a_browser(browser, tmp_path, language):
    html = index([one.problem for one in exercises()], language, LANGUAGES, made_by="kernelkit")
    assert list(seen(browser, html, tmp_path / "index.html")) == [([], 0, 0, 0)] * len(WIDTHS)
