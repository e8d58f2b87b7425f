"""Pages stand alone, show hostile text as text, and look right in a real browser."""

import shutil
from html.parser import HTMLParser

import pytest
from report.documents import HOSTILE, made

from kernelkit.report.html_page import grouped, html_of, index, page
from kernelkit.report.model import LANGUAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Parts(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.words = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):  # noqa: D102 - HTMLParser's
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):  # noqa: D102 - HTMLParser's
        self.words.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_problems_and_facts_is_never_read_as_tags(language):
    parts = Parts(page(made(language), LANGUAGES, made_by="kernelkit <1>"))
    names = [tag for tag, _ in parts.tags]
    assert "script" not in names
    assert "i" not in names
    links = [attrs["href"] for tag, attrs in parts.tags if tag == "a"]
    assert links == ["index.html", f"../{'zh' if language == 'en' else 'en'}/sample.html"]
    text = " ".join("".join(parts.words).split())
    assert text.count(HOSTILE) == 5  # the title twice, the question, the text, the table
    assert names.count("svg") == 1
    assert names.count("math") == 4  # in the text, set apart, the matrix, the caption
    assert names.count("table") == 1


def test_nothing_outside_the_page_is_named():
    found = page(made(), ("en",), made_by="kernelkit")
    for _, attrs in Parts(found).tags:
        for name, value in attrs.items():
            if name in {"src", "href", "xlink:href"}:
                assert value == "index.html" or value.startswith("#")
    assert "@import" not in found
    assert "default-src 'none'" in found


def test_markdown_alone_has_no_tags_either():
    from markdown_it import MarkdownIt

    # readers of Markdown that let HTML through
    assert "<script" not in MarkdownIt("commonmark", {"html": True}).render(made().markdown())


def test_formulas_become_mathml_and_money_stays_money():
    assert "<mfrac>" in html_of(r"$\frac{1}{2}$", {})
    assert "<math" not in html_of(r"it costs \$5 and \$6", {})


def test_only_a_formula_and_its_own_full_stop_are_kept_on_a_line():
    found = html_of("设 $a$ 与 $b$，则 $c$ 成立", {})
    assert found.count('class="kept"') == 1
    kept = found[found.index('class="kept"') :]
    assert "<mi>a</mi>" not in kept
    assert kept[: kept.index("\uff0c")].count("<math") == 1


def test_the_index_lists_groups_that_have_problems():
    problem = made().problem
    assert grouped([problem], "en") == [("Further problems", [problem])]
    parts = Parts(index([problem], "zh", LANGUAGES, made_by="kernelkit"))
    assert "script" not in [tag for tag, _ in parts.tags]
    assert ("a", {"href": "sample.html"}) in parts.tags


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_browser_shows_the_page_without_complaint(tmp_path, language, width):
    from playwright.sync_api import sync_playwright

    target = tmp_path / "page.html"
    target.write_text(page(made(language), LANGUAGES, made_by="kernelkit"), encoding="utf-8")
    said, asked = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": width, "height": 800})
        view.on("console", lambda message: said.append(message.text))
        view.on("pageerror", lambda error: said.append(str(error)))
        view.on("request", lambda request: asked.append(request.url))
        view.goto(target.as_uri())
        reach = view.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert said == []
    assert asked == [target.as_uri()]
    assert reach <= width  # nothing sticks out to the side
