"""The question about a figure that cannot be, in the candidate's words and beside what it meets."""

from __future__ import annotations

import re

from interviewer.brains.embedded.choice import Choice
from interviewer.brains.protocol import Scene
from interviewer.core.act import Move

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
FACT_WORDS = 25  # a longer sentence of a fact would drown the question


def check_numbers(scene: Scene, move: Move, choice: Choice) -> list[str]:
    """The question in one or more ways, the longest first.

    Args:
        scene: the interview so far.
        move: its `about` names the doubt (see `text.quantities.Doubt`), its `quotes` the
            candidate's figure and, where the limit is the candidate's own, the limit.
        choice: draws the template.
    """
    kind, _, subject = (move.about or "").partition("-")
    quote, *others = [_speakable(quote) for quote in move.quotes] or [""]
    if not quote:
        return [choice.pick("check_numbers")]
    if kind in ("stage", "total"):
        return [choice.pick(f"check_{kind}", quote=quote, limit=_limit(scene, subject, others))]
    if kind == "sum":
        return [choice.pick("check_sum", quote=quote)]
    plain = choice.pick("check_figure", quote=quote)
    fact = _fact_beside(scene, subject)
    return [choice.pick("check_figure_beside", quote=quote, fact=fact), plain] if fact else [plain]


def _speakable(quote: str) -> str:
    """Candidate's words that do not end or nest the quotation."""
    return re.sub(r'[?"{}]', "", quote).strip(" .,;:!")


def _limit(scene: Scene, budget: str, own: list[str]) -> str:
    if own:
        return f'"{own[0]}"'
    id_ = budget.partition(":")[0]
    known = next((b for b in scene.case.budgets if b.id == id_), None)
    return f"{known.ms:g} ms" if known else "one limit"


def _fact_beside(scene: Scene, quantity: str) -> str:
    """The first sentence of a fact that the candidate has heard and the figure rests on."""
    heard = {fact for turn in scene.turns if turn.move for fact in turn.move.facts}
    known = next((q for q in scene.case.numbers if q.id == quantity), None)
    for fact in known.rests_on if known else ():
        sentence = _SENTENCE_END.split(scene.case.fact(fact).answer)[0]
        if fact in heard and len(sentence.split()) <= FACT_WORDS:
            return sentence
    return ""
