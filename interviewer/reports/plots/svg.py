"""Building blocks of SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from interviewer.text.printable import visible

ACCENT = "#3b82c4"  # at least 3:1 on white and on near-black alike
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Libertinus Serif', sans-serif"

Number = int | float


def element(name: str, *children: str, **attributes: str | Number | None) -> str:
    """One element; `_` in a name of an attribute stands for `-`, None leaves it out.

    Attribute values are escaped, children are not: they are elements or come from `words`.
    """
    given = {key.strip("_").replace("_", "-"): value for key, value in attributes.items()}
    text = "".join(
        f" {key}={quoteattr(_value(value))}" for key, value in given.items() if value is not None
    )
    return f"<{name}{text}>{''.join(children)}</{name}>" if children else f"<{name}{text}/>"


def words(text: str) -> str:
    """Text inside an element, escaped."""
    return escape(" ".join(visible(text).split()))


def label(text: str, x: Number, y: Number, *, anchor: str = "start", size: int = 13) -> str:
    """A line of text in the colour of the page; `y` is its baseline."""
    return element(
        "text", words(text), x=x, y=y, text_anchor=anchor, font_size=size, fill="currentColor"
    )


def line(x1: Number, y1: Number, x2: Number, y2: Number, *, opacity: float = 0.25) -> str:
    """A thin line in the colour of the page."""
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", stroke_opacity=opacity
    )


def picture(
    name: str, title: str, lines: Sequence[str], width: int, height: int, *children: str
) -> str:
    """A whole plot.

    Args:
        name: names the plot within a page; letters and hyphens.
        title: what it shows.
        lines: what it shows in words.
        width: in pixels; the plot scales with its place.
        height: in pixels.
        children: elements.
    """
    return element(
        "svg",
        element("title", words(title), id=f"{name}-title"),
        element("desc", words(" ".join(lines)), id=f"{name}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_=f"plot {name}",
        font_family=FONT,
    )


def _value(value: str | Number) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"
