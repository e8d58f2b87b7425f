"""Answers as pages of HTML that need nothing else: figures and formulas stand in them, nothing is fetched."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from kernelkit.report.document import COLON, HEADINGS
from kernelkit.report.model import GROUPS
from kernelkit.report.svg import svg_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kernelkit.report.document import Document
    from kernelkit.report.model import Language, Problem

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load for a page: nothing but what stands in it."""

TITLE = {
    "en": "The exercises, answered with computed numbers",
    "zh": "习题解答\uff1a每个数字都由程序算出",
}
_TAG = {"en": "en", "zh": "zh-Hans"}
_NAMES = {"en": "English", "zh": "中文"}
_ALL = {"en": "All exercises", "zh": "全部题目"}

_CLOSING = "\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
_KEPT = r'<span class="kept">\1\2</span>'

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #fff; --line: #d1d9e0; --tint: #f6f8fa;
  --accent: #0b5fa5; --good: #1a7f37 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9da7b1; --paper: #14171a; --line: #3a4149;
  --tint: #1e2328; --accent: #6cb2f0; --good: #57c06d } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 1.25rem 1rem 4rem; color: var(--ink); background: var(--paper);
  font: 17px/1.65 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word }
:lang(zh-Hans) body, body:lang(zh-Hans) { line-height: 1.8; font-family: system-ui, -apple-system, "PingFang SC",
  "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif }
nav { display: flex; justify-content: space-between; gap: 1rem; font-size: .9rem; margin-bottom: 1.5rem }
a { color: var(--accent) }
h1 { font-size: 1.65rem; line-height: 1.25; margin: 0 0 1rem }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.2rem 0 .6rem }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem }
.question { border-left: .25rem solid var(--accent); background: var(--tint); padding: .7rem 1rem; margin: 0 0 1.5rem;
  border-radius: 0 .4rem .4rem 0 }
.question p { margin: 0 0 .3rem } .source { color: var(--soft); font-size: .85rem }
code { font: .88em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--tint); padding: .1em .3em; border-radius: .25rem }
pre { background: var(--tint); padding: .8rem 1rem; border-radius: .4rem; overflow-x: auto }
pre code { background: none; padding: 0 }
.kept { white-space: nowrap }
.wide { overflow-x: auto; margin: 1rem 0 }
table { border-collapse: collapse; font-size: .92rem; line-height: 1.4; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .8rem .35rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
th { border-bottom-width: 2px }
math { font-size: 1.06em }
math[display=block] { overflow-x: auto; overflow-y: hidden; margin: .8rem 0; padding: .2rem 0 }
figure { margin: 1.4rem 0; text-align: center }
figure svg { max-width: 100%; height: auto; background: #fff; border-radius: .4rem; padding: .3rem }
figcaption { font-size: .9rem; color: var(--soft); text-align: left; margin-top: .3rem }
.checks ul { list-style: none; padding: 0 } .checks li { padding-left: 1.6rem; text-indent: -1.6rem; margin: .35rem 0 }
.checks li::before { content: "✓"; color: var(--good); font-weight: 700; display: inline-block; width: 1.6rem;
  text-indent: 0 }
.list li { margin: .7rem 0 } .list p { margin: .1rem 0; color: var(--soft); font-size: .92rem }
footer { margin-top: 3rem; color: var(--soft); font-size: .8rem; border-top: 1px solid var(--line); padding-top: .6rem }
@media print { :root { --ink: #000; --soft: #333; --paper: #fff; --line: #999; --tint: #f4f4f4; --accent: #000;
  --good: #000 } body { font-size: 10.5pt; max-width: none; padding: 0 } nav { display: none }
  pre, figure, tr { break-inside: avoid } h2, h3 { break-after: avoid } pre { white-space: pre-wrap } }
"""


def page(document: Document, languages: Sequence[Language], *, made_by: str) -> str:
    """Return the page of one answer, with a link to each other language it is written in."""
    problem, language = document.problem, document.language
    words = {name: heading[language] for name, heading in HEADINGS.items()}
    figures = {name: svg_of(figure, language) for name, figure in document.figures.items()}
    checks = "\n".join(f"- {check}" for check in document.checks)
    body = "\n".join(
        [
            f"<h1>{escape(problem.title[language])}</h1>",
            f'<div class="question"><p><strong>{words["question"]}</strong> {escape(problem.question[language])}</p>',
            f'<p class="source">{words["source"]}{COLON[language]}{escape(problem.source[language])}</p></div>',
            html_of(document.body, figures),
            f'<section class="checks"><h2>{words["checks"]}</h2>{html_of(checks, {})}</section>',
        ]
    )
    back = f'<a href="index.html">{_ALL[language]}</a>'
    others = _others(language, languages, f"{problem.slug}.html")
    return _whole(problem.title[language], language, f"<nav>{back}<span>{others}</span></nav>", body, made_by)


def index(
    problems: Iterable[Problem], language: Language, languages: Sequence[Language], *, made_by: str
) -> str:
    """Return the page that lists the answers."""
    parts = [f"<h1>{TITLE[language]}</h1>"]
    for heading, group in grouped(problems, language):
        parts.append(f'<h2>{escape(heading)}</h2><ul class="list">')
        parts += [
            f'<li><a href="{problem.slug}.html">{escape(problem.title[language])}</a>'
            f"<p>{escape(problem.question[language])}</p></li>"
            for problem in group
        ]
        parts.append("</ul>")
    nav = f"<nav><span></span><span>{_others(language, languages, 'index.html')}</span></nav>"
    return _whole(TITLE[language], language, nav, "\n".join(parts), made_by)


def grouped(problems: Iterable[Problem], language: Language) -> list[tuple[str, list[Problem]]]:
    """Return the problems of each group that has any, under its heading."""
    problems = list(problems)
    found = [
        (words[language], [one for one in problems if one.group == group]) for group, words in GROUPS.items()
    ]
    return [(heading, group) for heading, group in found if group]


def html_of(markdown: str, figures: Mapping[str, str]) -> str:
    """Return Markdown as HTML; tags in it are text, formulas become MathML, figures are put in."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(dollarmath_plugin, renderer=_mathml, double_inline=True)

    def image(_: object, tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:  # noqa: ANN401 - markdown-it's own
        token = tokens[at]
        name = str(token.attrGet("src")).removeprefix("figure:")
        caption = reader.renderer.render(token.children, options, environment)
        label = escape(re.sub(r"<[^>]*>", "", caption))
        svg = figures[name].replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"

    reader.add_render_rule("image", image)
    html = str(reader.render(markdown))
    html = re.sub(r"<p>(<figure>.*?</figure>)</p>", r"\1", html, flags=re.DOTALL)
    # a browser may break a line after a formula, and Chinese lines never begin with a full stop
    html = re.sub(
        rf'(<span class="math inline"><math(?:(?!</math>).)*</math></span>)([{_CLOSING}])',
        _KEPT,
        html,
        flags=re.DOTALL,
    )
    return html.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")


def _mathml(source: str, options: Mapping[str, Any]) -> str:
    from latex2mathml.converter import convert

    return convert(source.strip(), display="block" if options["display_mode"] else "inline")


def _others(language: Language, languages: Sequence[Language], name: str) -> str:
    return " ".join(
        f'<a href="../{other}/{name}" lang="{_TAG[other]}">{_NAMES[other]}</a>'
        for other in languages
        if other != language
    )


def _whole(title: str, language: Language, nav: str, body: str, made_by: str) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{_TAG[language]}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style></head>",
            f"<body>{nav}<main>",
            body,
            f"</main><footer>{escape(made_by)}</footer></body></html>",
            "",
        ]
    )
