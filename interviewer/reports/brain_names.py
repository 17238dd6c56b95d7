"""The brain of an interview in words: its name, who stood in, what it says, what it costs."""

from __future__ import annotations

import re

from interviewer.brains.factory import LLM
from interviewer.reports.escape import visible_lines
from interviewer.results.result import Result

EMBEDDED = "the embedded brain"
_OWN = re.compile(r"(\S+) at 127\.0\.0\.1:\d+")


def brain_phrase(brain: str) -> str:
    """A stored name as a part of a sentence: `the embedded brain`, `gpt-4.1-mini`."""
    if brain.startswith("embedded"):
        return EMBEDDED
    model = brain.removeprefix(f"{LLM} ").partition(", prompts ")[0]
    named = model.partition(" judged by ")[0]
    own = _OWN.fullmatch(named)
    return f"{own[1]} on this machine" if own else named


def brain_title(brain: str) -> str:
    """A stored name as a label: `Embedded brain`, `gpt-4.1-mini`."""
    phrase = brain_phrase(brain)
    bare = phrase.removeprefix("the ")
    return phrase if bare == phrase else bare[:1].upper() + bare[1:]


def stood_in(reason: str) -> str:
    """What to say under a reply that is not the language model's; nothing without a reason."""
    return f"{reason} The embedded brain took this exchange." if reason else ""


def feedback_paragraphs(feedback: str) -> list[str]:
    """The closing words, a line a paragraph, without what hides or reorders text."""
    parts = "\n".join(visible_lines(feedback)).split("\n\n")
    return [said for part in parts if (said := " ".join(part.split()))]


def money(dollars: float | None) -> str:
    """An amount with the digits that tell something."""
    if dollars is None:
        return "price unknown"
    if 0 < dollars < 0.0001:
        return "under $0.0001"
    return f"${dollars:.4f}" if 0 < dollars < 0.01 else f"${dollars:.2f}"


def cost_line(result: Result) -> str:
    """What the calls to a language model cost, in one sentence; nothing where there were none."""
    total = result.usage.get("total")
    if not total:
        return ""
    calls, failed = int(total.get("calls") or 0), int(total.get("failed") or 0)
    tokens = int((total.get("prompt") or 0) + (total.get("output") or 0))
    counted = f"{calls:,} call{'' if calls == 1 else 's'}"
    lost = f" ({failed:,} failed)" if failed else ""
    return (
        f"What it cost: {brain_phrase(result.brain)}, {counted}{lost}, {tokens:,} tokens, "
        f"{money(total.get('dollars'))}."
    )
