"""What the model is shown of an interview: the rubric of a step, the notebook, the last words.

Everything is bounded, so that the fortieth exchange sends no more than the tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interviewer.brains.llm.fence import plain
from interviewer.brains.protocol import Scene
from interviewer.brains.reply import TITLES
from interviewer.core.case import Case, RedFlag, RubricItem
from interviewer.core.quotes import shorten_quote
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.llm.tokens import count_tokens, cut_to_tokens

DIGEST_TOKENS = 300  # of what earlier steps came to
EARLIER_TOKENS = 120  # of earlier claims that a message may take back
CLAIM_WORDS = 8  # of each of them
ASKED_TOKENS = 90  # of what the interviewer said last
TOPICS = 1  # ways of asking for a fact that are shown
NOTHING = "none"


def step_line(scene: Scene) -> str:
    """The step by its id and by what people call it."""
    return f"{scene.step.value} ({TITLES[scene.step]})"


def fact_lines(case: Case) -> str:
    """The facts by id, with how they are asked for; never their answers."""
    return "\n".join(f"- {fact.id}: {'; '.join(fact.topics[:TOPICS])}" for fact in case.facts)


def quantity_line(case: Case) -> str:
    """The quantities by id."""
    known = (f"{q.id} ({q.unit})" for q in case.numbers if q.names)
    return ", ".join(known) or NOTHING


def rubric_lines(items: Iterable[RubricItem]) -> str:
    """Rubric items as the judge needs them."""
    return "\n".join(
        f"- {item.id}: met: {item.met_when} partial: {item.partial_when}" for item in items
    )


def flag_lines(flags: Iterable[RedFlag]) -> str:
    """Red flags with their claims."""
    return "\n".join(f"- {flag.id}: {flag.statement}" for flag in flags) or NOTHING


def elsewhere_lines(items: Iterable[RubricItem]) -> str:
    """Items of other steps, in one sentence each."""
    return "\n".join(f"- {item.id}: met: {item.met_when}" for item in items) or NOTHING


def last_asked(scene: Scene) -> str:
    """What the interviewer said last."""
    spoken = (turn.text for turn in reversed(scene.turns) if turn.role == "interviewer")
    return cut_to_tokens(plain(next(spoken, "")), ASKED_TOKENS) or NOTHING


def earlier_claims(scene: Scene) -> str:
    """What the candidate holds that a message could take back: ids with their first words."""
    flags = [f"{id_} (red flag)" for id_ in scene.open_flags]
    earned = [
        f'{a.item} "{plain(shorten_quote(a.evidence.quote, CLAIM_WORDS))}"'
        for a in scene.assessments
        if a.evidence is not None
    ]
    return _within([*flags, *reversed(earned)], EARLIER_TOKENS, ", ") or NOTHING


def digest(scene: Scene) -> str:
    """The notebook in few words, the newest first where not everything fits."""
    note = scene.notebook
    parts = [f"facts told: {'; '.join(note.facts[-4:])}"] if note.facts else []
    kinds = (("decided", note.decisions), ("assumed", note.assumptions), ("figures", note.numbers))
    for name, texts in kinds:
        parts += [f"{name}: {plain(text)}" for text in reversed(texts[-4:])]
    return _within(parts, DIGEST_TOKENS, " | ") or NOTHING


def dialogue(turns: Sequence[Turn], step: StepId) -> list[str]:
    """What the interviewer asked in a step, one line a turn."""
    return [plain(turn.text) for turn in turns if turn.role == "interviewer" and turn.step is step]


def _within(parts: Sequence[str], most: int, glue: str) -> str:
    """As many of the parts as fit."""
    kept: list[str] = []
    left = most
    for part in parts:
        size = count_tokens(part) + 2
        if size > left:
            break
        kept.append(part)
        left -= size
    return glue.join(kept)
