"""Judgements with their evidence, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.core.assessment import RaisedBy, Rejudgement, Verdict
from interviewer.core.case import Case
from interviewer.reports.sentences import rejudged_sentence
from interviewer.reports.wording import VERDICT_WORDS, fate
from interviewer.scoring import FlagResult, ItemResult, Observation
from interviewer.web.text import plain

_RAISED = {
    RaisedBy.CANDIDATE: "Raised by you.",
    RaisedBy.OPEN_PROBE: "After an open question.",
    RaisedBy.NARROW_PROBE: "After a narrow question.",
    RaisedBy.HINT1: "With a first hint.",
    RaisedBy.HINT2: "With a second hint.",
    RaisedBy.HINT3: "With a third hint.",
    RaisedBy.TOLD: "Told by the interviewer.",
}


def item_row(item: ItemResult, case: Case | None, again: Sequence[Rejudgement] = ()) -> str:
    """One judged rubric item: verdict, quote with its turn, reason, who raised it.

    Args:
        item: the verdict that counts.
        case: for the item's statement.
        again: how the item was judged again, if it was.
    """
    verdict = item.verdict
    quote = "" if item.quote is None else f"<p>{quoted(item.quote, item.turn)}</p>"
    raised = _RAISED[item.raised_by] if item.quote and item.raised_by else ""
    reason = f"{item.reason} {raised}".strip()
    why = f'<p class="reason">{plain(reason)}</p>' if reason else ""
    what = plain(statement_of(case, item.item))
    word = VERDICT_WORDS[verdict].capitalize()
    return (
        f'<li class="{verdict.value}" data-row="{plain(item.item)}"><span class="badge">{word}'
        "</span><div>"
        f"<h4>{what}</h4>{quote}{why}{''.join(_rejudged(one) for one in again)}"
        f"{_claim(item, what)}</div></li>"
    )


def _rejudged(again: Rejudgement) -> str:
    return (
        f'<p class="again"><strong>Judged again.</strong> {quoted(again.quote, again.turn)} '
        f"{plain(rejudged_sentence(again))}</p>"
    )


def _claim(item: ItemResult, statement: str) -> str:
    """The button that has a point judged again on words the candidate selects."""
    if item.verdict is Verdict.MET:
        return ""
    return (
        f'<button type="button" class="link claim" data-claim="{plain(item.item)}" '
        f'data-statement="{statement}">I did say this<span class="sr">: {statement}</span></button>'
    )


def flag_row(flag: FlagResult, case: Case | None) -> str:
    """A red flag that was heard, and what became of it."""
    try:
        statement = flag.red_flag if case is None else case.red_flag(flag.red_flag).statement
    except KeyError:  # the case was edited since
        statement = flag.red_flag
    return (
        f'<div class="flag{" recovered" if flag.recovered else ""}"><span class="badge">Red flag'
        f"</span><div><h4>{plain(statement)}</h4>"
        f'<p>{quoted(flag.quote, flag.turn)}</p><p class="reason">{fate(flag)}.</p>'
        "</div></div>"
    )


def quoted(text: str, turn: int | None = None) -> str:
    """The candidate's own words; with a turn, a button that leads to it."""
    where = ""
    if turn is not None:
        where = f' <button type="button" class="link" data-turn="{turn}">turn {turn}</button>'
    return f'<q dir="auto">{plain(text)}</q>{where}'


def statement_of(case: Case | None, item_id: str) -> str:
    """What a rubric item asks for; its id when the case is gone or was edited since."""
    try:
        return item_id if case is None else case.item(item_id).statement
    except KeyError:  # the case was edited since
        return item_id


def observation_row(observation: Observation) -> str:
    """Something observable about communication."""
    state, word = ("met", "Seen") if observation.seen else ("absent", "Not seen")
    evidence = observation.evidence
    quote = "" if evidence is None else f"<p>{quoted(evidence.quote, evidence.turn)}</p>"
    return (
        f'<li class="{state}"><span class="badge">{word}</span>'
        f"<div><p>{plain(observation.text)}</p>{quote}</div></li>"
    )
