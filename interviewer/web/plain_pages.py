"""The frame of the pages beside the app: plain HTML, one style sheet, no script at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from starlette.responses import HTMLResponse

from interviewer.web.links import at
from interviewer.web.text import plain

Link = tuple[str, str]
"""Where it leads, and its words."""

TITLES: Mapping[int, str] = {403: "Refused", 404: "Not found", 413: "Too long"}
SECTIONS: tuple[Link, ...] = (("/", "Practise"), ("/study", "Study"))


def page(
    title: str, body: str, *, here: str = "", trail: Sequence[Link] = (), sections: bool = True
) -> str:
    """A whole page.

    Args:
        title: of the browser's tab; not yet escaped.
        body: what stands in `<main>`, its `<h1>` included; already HTML.
        here: address of the section that the page belongs to, one of `SECTIONS`.
        trail: the pages above this one, the topmost first.
        sections: whether the sections can be reached from here.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{plain(title)} \u00b7 Interviewer</title>\n<style>{_style()}</style>\n</head>\n"
        '<body>\n<a class="skip" href="#main">Skip to the content</a>\n'
        f"{_header(here, sections)}\n{_trail(trail)}"
        f'<main id="main" tabindex="-1">\n{body}\n</main>\n'
        "</body>\n</html>\n"
    )


def _header(here: str, sections: bool) -> str:
    mark = '<span class="mark" aria-hidden="true"></span>Interviewer'
    if not sections:
        return f'<header class="bar"><span class="brand">{mark}</span></header>'
    links = "".join(
        f'<a href="{at(address)}"{_current(address, here)}>{words}</a>'
        for address, words in SECTIONS
    )
    return (
        f'<header class="bar"><a class="brand" href="{at("/")}">{mark}</a>'
        f'<nav aria-label="Main">{links}</nav></header>'
    )


def _current(address: str, here: str) -> str:
    return ' aria-current="true"' if address == here else ""


def _trail(links: Sequence[Link]) -> str:
    if not links:
        return ""
    entries = "".join(f'<li><a href="{at(to)}">{plain(words)}</a></li>' for to, words in links)
    return f'<nav class="trail" aria-label="Pages above this one"><ol>{entries}</ol></nav>\n'


def answer(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page as a response whose policy allows its own style and nothing else.

    Args:
        html: made by `page`.
        status: of HTTP.
        headers: more of them.
    """
    kept = {"content-security-policy": policy(), "x-robots-tag": "noindex", **(headers or {})}
    return HTMLResponse(html, status, kept)


def told(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page that says one sentence: what is not there, or what went wrong.

    Args:
        sentence: for people; not yet escaped.
        status: of HTTP.
        headers: more of them.
    """
    title = TITLES.get(status, "Not available")
    body = f'<h1>{title}</h1>\n<p class="lead">{plain(sentence)}</p>'
    return answer(page(title, body), status, headers)


@cache
def policy() -> str:
    """The content security policy of these pages."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return files("interviewer.web").joinpath("assets", "plain.css").read_text("utf-8")
