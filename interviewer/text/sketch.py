"""What a sketch states: its lines are claims, and nothing else."""

from __future__ import annotations

from interviewer.text import cues
from interviewer.text.intents import read
from interviewer.text.language import is_english
from interviewer.text.sentences import split_sentences


def sketch_claims(sketch: str) -> tuple[str, ...]:
    """Lines of a sketch that could be an answer, verbatim.

    A line that asks or steers is left out instead of being obeyed: who draws does not talk.
    """
    if not is_english(sketch):
        return ()
    lines = split_sentences(sketch)
    steering = read(lines).steering
    return tuple(
        line for at, line in enumerate(lines) if at not in steering and not cues.asks(line)
    )
