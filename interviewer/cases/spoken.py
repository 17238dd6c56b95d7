"""What an interviewer may say of a case."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.cases.positions import Place
from interviewer.core.case import Case
from interviewer.core.settings import STEPS


def spoken_texts(case: Case) -> Iterator[tuple[Place, str, str]]:
    """Everything that an interviewer may say unasked: its place, whose it is, the text."""
    yield ("opening",), "opening", case.opening
    for step in STEPS:
        content, place = case.steps[step], ("steps", step.value)
        yield (*place, "question"), step.value, content.question
        for n, item in enumerate(content.items):
            for name, texts in (("follow_ups", item.follow_ups), ("hints", item.hints)):
                for at, text in enumerate(texts):
                    yield (*place, "items", n, name, at), item.id, text
        for n, flag in enumerate(content.red_flags):
            yield (*place, "red_flags", n, "challenge"), flag.id, flag.challenge
    for n, dive in enumerate(case.deep_dives):
        yield ("deep_dives", n, "question"), dive.id, dive.question
        for at, text in enumerate(dive.follow_ups):
            yield ("deep_dives", n, "follow_ups", at), dive.id, text
    for n, change in enumerate(case.constraint_changes):
        yield ("constraint_changes", n, "text"), change.id, change.text
    for n, push in enumerate(case.push_backs):
        yield ("push_backs", n, "text"), push.id, push.text
