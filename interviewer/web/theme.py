"""How the page looks: a Gradio theme from system fonts, our style sheet and our script."""

from __future__ import annotations

from importlib.resources import files

import gradio as gr

_SANS = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Liberation Sans", "sans-serif")
SCRIPTS = (
    "page.js",
    "drafts.js",
    "address.js",
    "card.js",
    "deletion.js",
)  # the first one serves the others
_MONO = ("ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's base theme on system fonts, so that no font is ever fetched."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        font=[gr.themes.Font(name) for name in _SANS],
        font_mono=[gr.themes.Font(name) for name in _MONO],
    )


def style() -> str:
    """The style sheet."""
    return asset("style.css")


def script() -> str:
    """What belongs in the head of the page: our scripts, inline."""
    return f"<script>{''.join(map(asset, SCRIPTS))}</script>"


def asset(name: str) -> str:
    """A file of `assets/` as text."""
    return files("interviewer.web").joinpath("assets", name).read_text(encoding="utf-8")
