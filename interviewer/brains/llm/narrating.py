"""Feedback: the computed scorecard in, a few sentences out, their figures and quotes checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interviewer.brains.llm.context import delimited, plain
from interviewer.brains.llm.guards import figures_in
from interviewer.brains.protocol import NAMES
from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import cut_to_tokens
from interviewer.llm.usage import Kind
from interviewer.scoring import FlagResult, ItemResult, Scorecard, StepResult
from interviewer.text.sentences import find_quote, shorten_quote, split_prose

MOST_TOKENS = 320
MOST_WORDS = 190
FEWEST_WORDS = 25
NOTE_TOKENS = 60
CARD_TOKENS = 1100
CARRIED = 1  # points a step that are shown as carrying it
MISSING = 2  # and as missing
PRACTISED = 3  # points to practise
SEVERAL = 2  # wrong claims, from which they are counted
CLAIMS = 6  # of them that are shown
QUOTED_WORDS = 20  # of a quote
_QUOTED = re.compile(r"[\"\u201c]([^\"\u201c\u201d]{3,})[\"\u201d]")
_MARKUP = re.compile(r"[<>{}`|]|\*\*|https?:|www\.|\]\(", re.MULTILINE)
_WHOLE = re.compile(r"^(.*[.!?][\"'\u201d\u2019)]*)(?:\s[^.!?]*)?$", re.DOTALL)
_ACCUSES = re.compile(
    r"\byou\s+(?:did(?:n['\u2019]t|\s+not)|never|failed|forgot|missed|ignored|omitted|overlooked)\b",
    re.IGNORECASE,
)
_ID = re.compile(r"\b[a-z]{2,}_[a-z_]+\b")


def narrate_request(case: Case, scorecard: Scorecard, notes: Sequence[str]) -> Request:
    """What the model is asked to put into words."""
    prompt = load_prompt("narrate")
    card = cut_to_tokens("\n".join(card_lines(case, scorecard)), CARD_TOKENS)
    user = prompt.render(
        "user",
        title=case.title,
        card=delimited("scorecard", card.split("\n")),
        notes="\n".join(f"- {cut_to_tokens(note, NOTE_TOKENS)}" for note in notes) or "none",
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.NARRATE, messages, MOST_TOKENS)


def card_lines(case: Case, scorecard: Scorecard) -> Iterator[str]:
    """The scorecard as text, ids left out."""
    overall = "none" if scorecard.overall is None else f"{scorecard.overall:.1f} of 5"
    call = (scorecard.recommendation or "none").replace("_", " ")
    yield f"Overall: {overall}. Recommendation: {call}."
    for point in scorecard.practice[:PRACTISED]:
        item = case.item(point.item)
        yield f"Practise: {item.statement} Why: {item.why}"
    yield from _claim_lines(case, scorecard)  # early, as a long card loses its end
    for step in scorecard.steps:
        yield from _step_lines(case, step)


def _step_lines(case: Case, step: StepResult) -> Iterator[str]:
    score = "not judged" if step.score is None else f"{step.score:.1f}"
    yield f"{NAMES[step.step]}: {score} ({step.status.value.replace('_', ' ')})"
    met = [a for a in step.items if a.verdict is Verdict.MET and a.quote]
    for one in sorted(met, key=lambda a: -case.item(a.item).weight)[:CARRIED]:
        yield f"  earned: {case.item(one.item).statement} ({_said(one)})"
    absent = [a for a in step.items if a.verdict is Verdict.ABSENT]
    for one in sorted(absent, key=lambda a: -case.item(a.item).weight)[:MISSING]:
        yield f"  not heard: {case.item(one.item).statement}"


def _claim_lines(case: Case, scorecard: Scorecard) -> Iterator[str]:
    """Wrong claims, those that stand first: a pattern of them is worth more than one."""
    flags = [flag for step in scorecard.steps for flag in step.red_flags]
    back = sum(flag.recovered for flag in flags)
    if len(flags) >= SEVERAL:
        yield f"Wrong claims: {len(flags)}, of which {back} were taken back."
    for flag in sorted(flags, key=lambda flag: flag.recovered)[:CLAIMS]:
        statement = flag.statement or case.red_flag(flag.red_flag).statement
        name = "Wrong claim, taken back" if flag.recovered else "Wrong claim"
        yield f"{name} ({_said(flag)}): {statement}"


def _said(found: ItemResult | FlagResult) -> str:
    return f'turn {found.turn}, "{plain(shorten_quote(found.quote or "", QUOTED_WORDS))}"'


def believed(text: str, request: Request) -> str | None:
    """The feedback up to its last whole sentence, or None where the scorecard does not say so.

    Sentences that tell people what they did not do are left out: all that is known is what was
    heard.
    """
    whole = _WHOLE.sub(r"\1", " ".join(text.split()))
    told = " ".join(said for said in split_prose(whole) if not _ACCUSES.search(said))
    words = len(told.split())
    if not FEWEST_WORDS <= words <= MOST_WORDS or _MARKUP.search(told) or _ID.search(told):
        return None
    source = request.messages[-1][1]
    if figures_in(told) - figures_in(source):
        return None
    if any(find_quote(quote, source) is None for quote in _QUOTED.findall(told)):
        return None
    return told
