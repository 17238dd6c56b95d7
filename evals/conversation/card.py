"""What rules can count on the scorecard: what was said and is called missing, quotes, claims."""

from __future__ import annotations

from collections.abc import Iterator

from evals.conversation.interview import Heard, same_sentence
from interviewer.core.assessment import Verdict
from interviewer.scoring.values import ItemResult
from interviewer.simulation.listening import Mention, WrongClaim
from interviewer.text.sentences import find_quote, words_of

SHORTEST = 4  # words of a quote that can show anything
CORE = 3  # the weight of an item that decides
EARNED = (Verdict.PARTIAL, Verdict.MET)


def verdicts(heard: Heard) -> list[ItemResult]:
    """Every verdict on the card."""
    return [item for step in heard.result.steps for item in step.items]


def credits(heard: Heard) -> list[ItemResult]:
    """The verdicts that say that something was heard."""
    return [item for item in verdicts(heard) if item.verdict in EARNED]


def called_missing(heard: Heard) -> Iterator[tuple[Mention, tuple[str, ...]]]:
    """What was said and whose points the card calls absent."""
    absent = {item.item for item in verdicts(heard) if item.verdict == Verdict.ABSENT}
    for mention in checkable(heard):
        if missing := tuple(item for item in mention.items if item in absent):
            yield mention, missing


def checkable(heard: Heard) -> list[Mention]:
    """What was said in this interview and earns a point."""
    return [m for m in heard.conversation.said if m.items and heard.turn_of(m) is not None]


def loose_quotes(heard: Heard) -> Iterator[tuple[ItemResult, str]]:
    """Credits whose quote is not the candidate's words, or too short to show anything; and why."""
    said = {line.turn: line for line in heard.result.transcript if line.role == "candidate"}
    for item in credits(heard):
        line = said.get(item.turn or 0)
        if not item.quote:
            yield item, "no quote"
        elif line is None:
            yield item, "not from a turn of the candidate"
        elif find_quote(item.quote, f"{line.text}\n\n{line.sketch}") is None:
            yield item, "not in the turn"
        elif len(words_of(item.quote)) < SHORTEST:
            yield item, "too short"


def flagged(wrong: WrongClaim, heard: Heard) -> bool:
    """Whether the card names a wrong claim."""
    turn, message = heard.turn_of(wrong), heard.replies_to(wrong)[0].message
    return any(
        flag.turn == turn and same_sentence(flag.quote, wrong.quote, message)
        for step in heard.result.steps
        for flag in step.red_flags
    )


def credited(wrong: WrongClaim, heard: Heard) -> list[ItemResult]:
    """Points that rest on the sentence with a wrong claim."""
    turn, message = heard.turn_of(wrong), heard.replies_to(wrong)[0].message
    return [
        item
        for item in credits(heard)
        if item.turn == turn and same_sentence(item.quote or "", wrong.quote, message)
    ]


def untouched(heard: Heard) -> list[str]:
    """Core points of the level that are absent and that no question was about."""
    asked = {reply.move.item for reply in heard.replies}
    core = {
        item.id
        for _, item in heard.case.items()
        if item.weight >= CORE and item.level.rank <= heard.script.settings.level.rank
    }
    return [
        item.item
        for item in verdicts(heard)
        if item.verdict == Verdict.ABSENT and item.item in core and item.item not in asked
    ]
