"""What the model is shown of an interview: the rubric of a step, the notebook, the last words.

Everything is bounded, so that the fortieth exchange sends no more than the tenth. What candidates
wrote is data: numbered, between delimiters that they cannot write themselves.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from interviewer.brains.protocol import TITLES, Scene
from interviewer.core.case import Case, RedFlag, RubricItem
from interviewer.llm.tokens import count_tokens, cut_to_tokens
from interviewer.text.sentences import split_prose

DIGEST_TOKENS = 300  # of what earlier steps came to
ASKED_TOKENS = 90  # of what the interviewer said last
TOPICS = 1  # ways of asking for a fact that are shown
NOTHING = "none"
LEFT_OUT = "(left out)"
_NUMBER = re.compile(r"\[(\d+)\]")
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs"))


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
    return "\n".join(map(_rubric_line, items))


def _rubric_line(item: RubricItem) -> str:
    sound = f" sound too: {' | '.join(item.alternatives)}" if item.alternatives else ""
    condition = f" only if: {item.only_if}" if item.only_if else ""
    return f"- {item.id}: met: {item.met_when}{sound} partial: {item.partial_when}{condition}"


def flag_lines(flags: Iterable[RedFlag]) -> str:
    """Red flags with their claims."""
    return "\n".join(f"- {flag.id}: {flag.statement}" for flag in flags) or NOTHING


def last_asked(scene: Scene) -> str:
    """What the interviewer said last."""
    spoken = (turn.text for turn in reversed(scene.turns) if turn.role == "interviewer")
    return cut_to_tokens(plain(next(spoken, "")), ASKED_TOKENS) or NOTHING


def digest(scene: Scene) -> str:
    """The notebook in few words, the newest first where not everything fits."""
    note = scene.notebook
    parts = [f"facts told: {'; '.join(note.facts[-4:])}"] if note.facts else []
    kinds = (("decided", note.decisions), ("assumed", note.assumptions), ("figures", note.numbers))
    for name, texts in kinds:
        parts += [f"{name}: {plain(text)}" for text in reversed(texts[-4:])]
    return _within(parts, DIGEST_TOKENS, " | ") or NOTHING


def end_of(text: str, most: int) -> str:
    """The last sentences of what an interviewer said, as many as fit: there stands the question."""
    told = ""
    for sentence in reversed(split_prose(plain(_NUMBER.sub(r"(\1)", text)))):
        longer = f"{sentence} {told}".rstrip()
        if count_tokens(longer) > most:
            return told or cut_to_tokens(longer, most)
        told = longer
    return told


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


def delimited(name: str, lines: Sequence[str]) -> str:
    """Lines between two marks that stand nowhere in them.

    Args:
        name: what the lines are, in the mark.
        lines: untrusted text.
    """
    body = "\n".join(plain(line) for line in lines)
    digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    tags = (digest[at : at + 8] for at in range(len(digest) - 8))
    # The marks come from the text itself, so nobody can have written them into it beforehand.
    tag = next(tag for tag in tags if tag not in body)
    return f"<{name} {tag}>\n{body}\n</{name} {tag}>"


def numbered(sentences: Sequence[str], left_out: Collection[int] = ()) -> list[str]:
    """Sentences with their numbers from 1, which nobody can fake; those left out keep theirs."""
    shown = (_NUMBER.sub(r"(\1)", sentence) for sentence in sentences)
    return [
        f"[{at + 1}] {LEFT_OUT if at in left_out else sentence}"
        for at, sentence in enumerate(shown)
    ]


def unnumbered(quote: str) -> str:
    """A quote without the numbers of sentences that were copied along."""
    return _NUMBER.sub("", quote).strip()


def plain(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    kept = "".join(char for char in seen if unicodedata.category(char) not in _UNSEEN)
    return " ".join(kept.split())
