"""The page's templates: one Jinja2 environment, in which everything that is shown is escaped.

A template holds the parts of one page, each a macro. What a part decides is decided in Python; a
template only says how it looks. A line break of a template stands for nothing beside a tag or an
expression and for a space between words, so layout in a file never moves anything on the page.

HTML that is made elsewhere is of class `Markup`: what `part` returns, the Markdown of `text`, and
what `drawn` is given. There is no other, and no template uses `|safe`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from interviewer.web.text import plain

_BESIDE_TAG = re.compile(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])")
_BREAK = re.compile(r"\s*\n\s*")


def part(name: str, /, *given: object, **named: object) -> Markup:
    """One part of a page as HTML.

    Args:
        name: of the template and of the macro in it, `room.header`.
        given: what the macro takes, in its order.
        named: the same by name.
    """
    return _macro(name)(*given, **named)


def joined(parts: Iterable[Markup]) -> Markup:
    """Parts one after another, which are escaped already."""
    return Markup("".join(parts))


def drawn(svg: str) -> Markup:
    """A drawing of ours, whose words its maker has escaped; nothing that people write comes here.

    Args:
        svg: made by `reports.drawing` or `reports.plots`.
    """
    return Markup(svg)


@cache
def _macro(name: str) -> Callable[..., Markup]:
    template, _, macro = name.partition(".")
    found: Callable[..., Markup] = getattr(
        _environment().get_template(f"{template}.html").module, macro
    )
    return found


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        finalize=_shown,
    )


def _source(name: str) -> str:
    text = files("interviewer.web").joinpath("templates", name).read_text("utf-8").strip()
    return _BREAK.sub(" ", _BESIDE_TAG.sub("", text))


def _shown(value: object) -> object:
    """What stands in the page for a value: escaped, and nothing in it unreadable."""
    return value if type(value) is Markup else plain(str(value))
