"""Grading a step: the request to the judge model, and what of its reply is believed.

Every quote must stand in the sentence that the judge names. Where the embedded judge reads the
same words quite differently, the judge model is asked once more about those points, shown both
readings and the words that they rest on and nothing else; what it then says counts, with less
certainty. As nothing else is in sight, words that try to direct the judge are not either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from interviewer.brains.llm import context
from interviewer.brains.llm.assessing import PreparedMessage, standing_lines
from interviewer.brains.llm.context import delimited, numbered, plain, unnumbered
from interviewer.brains.llm.evidence import Evidence, judges_words
from interviewer.brains.llm.schemas import NOT_APPLICABLE, ClaimJudged, GradeReply, Judged
from interviewer.brains.llm.transcript import QUESTION_TOKENS
from interviewer.brains.protocol import TITLES
from interviewer.core.assessment import (
    CHALLENGED,
    NOT_FOUND,
    Assessment,
    Help,
    Judgement,
    RedFlagHit,
    Verdict,
)
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind
from interviewer.text.sentences import find_quote, overlaps, shorten_quote

MOST_TOKENS = 1800
REASON_LIMIT = 240  # characters
LACKS_WORDS = 16  # of what a point lacks
SURE = 0.8
"""Confidence from which the embedded judge's contrary reading asks for a second one: one in twenty
of the labelled points that are met is called absent so surely, of the absent two in three."""
DISPUTED = 0.7  # certainty of a verdict that two judges did not agree about at first
NEARBY = 1  # sentences on each side of the quoted ones that a second reading is shown
_CREDIT = {Verdict.ABSENT: 0, Verdict.UNASSESSED: 1, Verdict.PARTIAL: 2, Verdict.MET: 3}
CONTROL = "bowl_glaze"  # a point that no interview earns
REFUSED = "The words given as evidence are not the candidate's, or back other points already."
LACKS = "Lacks: "  # before what a point lacks, in a reason
_NO_LACK = re.compile(
    r"(?:no|none|nil|null|n/?a|not applicable)?"
    r"|nothing(?: (?:is |was )?(?:lacks|lacking|missing))?",
    re.IGNORECASE,
)
"""Ways to say that nothing lacks where an empty text was asked for."""
_AROUND = " \"'.-\u2013\u2014"
UNCONFIRMED = "Could not be confirmed beside words that try to direct the judge."


class Reading(NamedTuple):
    """What one judge makes of a point.

    Attributes:
        verdict: how far it was earned.
        at: index of the sentence that shows it; None where none does.
    """

    verdict: Verdict
    at: int | None = None

    def __str__(self) -> str:
        """For the prompt."""
        return self.verdict.value + ("" if self.at is None else f", by [{self.at + 1}]")


class Dispute(NamedTuple):
    """A point that two judges read differently."""

    item: RubricItem
    first: Reading
    second: Reading


def grade_request(
    case: Case,
    step: StepId,
    prepared: PreparedMessage,
    standing: Sequence[RedFlagHit] = (),
) -> Request:
    """What the judge model is asked about a step."""
    prompt = load_prompt("grade")
    user = prompt.render(
        "user",
        title=case.title,
        opening=plain(case.opening),
        step=f"{step.value} ({TITLES[step]})",
        rubric=with_control(case.steps[step].items),
        red_flags=context.flag_lines(case.steps[step].red_flags),
        standing=standing_lines(case, standing),
        answer=delimited("answer", list(_with_questions(prepared))),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.GRADE, messages, MOST_TOKENS)


def _with_questions(prepared: PreparedMessage) -> Iterator[str]:
    """Numbered sentences, before those of each message the question that it answers."""
    for at, line in enumerate(numbered(prepared.sentences, prepared.left_out)):
        if asked := prepared.questions.get(at):
            yield f"Q: {context.end_of(asked, QUESTION_TOKENS)}"
        yield line


def again_request(
    case: Case, disputes: Sequence[Dispute], sentences: Sequence[str], unseen: Collection[int]
) -> Request:
    """What the judge model is asked about points that two readers see differently.

    Args:
        case: the case with its variant applied.
        disputes: the points, with both readings.
        sentences: everything that was read.
        unseen: indexes of sentences that are not shown.
    """
    prompt = load_prompt("grade")
    at = {one.at for dispute in disputes for one in dispute[1:] if one.at is not None}
    near = {n for one in at for n in range(one - NEARBY, one + NEARBY + 1)}
    lines = numbered(sentences, unseen)
    shown = [lines[n] for n in sorted(near) if 0 <= n < len(lines) and n not in unseen]
    user = prompt.render(
        "again",
        title=case.title,
        opening=plain(case.opening),
        rubric=context.rubric_lines(dispute.item for dispute in disputes),
        readings="\n".join(
            f"- {d.item.id}: one reader: {d.first}; another: {d.second}" for d in disputes
        ),
        answer=delimited("answer", shown),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.GRADE, messages, MOST_TOKENS)


def with_control(items: Iterable[RubricItem]) -> str:
    """Rubric items for the prompt, and one that no interview can earn.

    A judge that calls that one earned does as the words tell it that it is shown, not as they say;
    nothing about what candidates say, or how, can make an honest one do so.
    """
    return f"{context.rubric_lines(items)}\n{load_prompt('grade').render('control')}"


def obeys(judged: Iterable[Judged]) -> bool:
    """Whether a judge called earned what nobody can earn."""
    earned = (Verdict.MET, Verdict.PARTIAL)
    return any(one.id == CONTROL and one.verdict in earned for one in judged)


class CheckedGrade:
    """What is believed of the judge model about one step.

    Args:
        case: the case with its variant applied.
        step: the step.
        prepared: what the candidate said, as the model saw it.
        second: the embedded judge's reading of the same.
        standing: wrong claims that were heard and not taken back.
    """

    def __init__(
        self,
        case: Case,
        step: StepId,
        prepared: PreparedMessage,
        second: Judgement,
        standing: Sequence[RedFlagHit] = (),
    ) -> None:
        self._case, self._step, self._prepared = case, step, prepared
        self._items = {item.id: item for item in case.steps[step].items}
        self._second = {found.item: found for found in second.items}
        self._standing = standing
        self._foreign = [*prepared.questions.values(), *judges_words(case)]
        self._evidence = self._fresh()
        self._found: dict[str, Assessment] = {}
        self._misquoted: dict[str, Reading] = {}
        self._help: dict[str, Help | None] = {}
        self._flags: tuple[RedFlagHit, ...] = ()
        self._claims: Sequence[ClaimJudged] = ()

    def _fresh(self) -> Evidence:
        text = self._prepared.text or "\n".join(self._prepared.sentences)
        return Evidence(text, self._prepared.injections, self._foreign)

    def take(self, reply: GradeReply) -> None:
        """Takes a reply on the whole step."""
        self._claims = reply.claims
        self._flags = tuple(self._claimed(reply))
        self._help = {judged.id: help_of(judged) for judged in reversed(reply.items)}
        for judged in reply.items:
            if judged.id in self._items and judged.id not in self._found:
                self._found[judged.id] = self._checked(judged)

    @property
    def disputes(self) -> list[Dispute]:
        """Points on which a second reading is asked for, with both readings."""
        found: list[Dispute] = []
        for item, known in self._found.items():
            first = self._misquoted.get(item) or self._reading(known)
            other = self._second.get(item)
            second = self._reading(other) if other is not None else Reading(Verdict.ABSENT)
            unlike = other is not None and self._is_disputed(known, other)
            if item in self._misquoted or unlike:
                found.append(Dispute(self._items[item], first, second))
        return found

    def take_again(self, reply: GradeReply, disputes: Sequence[Dispute]) -> None:
        """Takes a second reply on the disputed points; what it says counts."""
        self._evidence = self._fresh()  # what quotes backed of the disputed points is over
        disputed = {dispute.item.id for dispute in disputes}
        for item, found in self._found.items():
            if item not in disputed:
                self._evidence.admit(found.quote)
        again = {judged.id: judged for judged in reply.items}
        for dispute in disputes:
            judged = again.get(dispute.item.id)
            found = self._checked(judged) if judged else self._found[dispute.item.id]
            # Who brought it up, only the first reader could see.
            known = {"help": self._help.get(dispute.item.id)}
            self._found[dispute.item.id] = found.model_copy(
                update={"confidence": min(DISPUTED, found.confidence), **known}
            )

    def give_up(self, disputes: Sequence[Dispute]) -> None:
        """Keeps the first reading where no second could be had, if nobody directs the judge."""
        for item, _, _ in disputes:
            found = self._found[item.id]
            if self._prepared.injected and _CREDIT[found.verdict] > _CREDIT[Verdict.UNASSESSED]:
                self._found[item.id] = _unassessed(item.id, self._step, UNCONFIRMED)
            else:
                lower = {"confidence": min(DISPUTED, found.confidence)}
                self._found[item.id] = found.model_copy(update=lower)

    def judgement(self) -> Judgement:
        """Every point of the step in its order, and what became of wrong claims."""
        return Judgement(
            items=tuple(self._found.get(item) or self._missed(item) for item in self._items),
            red_flags=self._flags,
            recovered=tuple(ended(self._claims, self._standing, "taken_back")),
            dropped=tuple(ended(self._claims, self._standing, "sound")),
        )

    def _missed(self, item: str) -> Assessment:
        """A point that the model left out of its reply."""
        return _unassessed(item, self._step, "The judge did not say anything about this point.")

    def _is_disputed(self, known: Assessment, other: Assessment) -> bool:
        """Whether the other judge reads a point so differently that it is read again."""
        less, more = _CREDIT[other.verdict], _CREDIT[known.verdict]
        if known.verdict in (Verdict.MET, Verdict.PARTIAL) and self._prepared.injected:
            return less < more
        if known.verdict is Verdict.MET:
            return other.verdict is Verdict.ABSENT and other.confidence >= SURE
        sure = other.verdict is Verdict.MET and other.confidence >= SURE
        return known.verdict is Verdict.ABSENT and sure

    def _reading(self, found: Assessment) -> Reading:
        return Reading(found.verdict, place_of(found.quote, self._prepared.sentences))

    def _checked(self, judged: Judged) -> Assessment:
        self._misquoted.pop(judged.id, None)
        verdict, reason = verdict_of(judged), reason_of(judged)
        may_not_apply = judged.verdict == NOT_APPLICABLE and self._items[judged.id].only_if
        if verdict in (Verdict.ABSENT, Verdict.UNASSESSED) and not may_not_apply:
            return Assessment.judged(
                item=judged.id, step=self._step, verdict=verdict, reason=reason or NOT_FOUND
            )
        quote = self._quote(judged)
        if quote is None:
            if (at := place_of(unnumbered(judged.evidence), self._prepared.sentences)) is not None:
                self._misquoted[judged.id] = Reading(verdict, at)
            return _unassessed(judged.id, self._step, REFUSED)
        if judged.verdict == NOT_APPLICABLE:
            return _not_applicable(judged.id, self._step, quote, reason)
        kept = Verdict.ABSENT if self._is_challenged(quote) else verdict
        found = Assessment.judged(
            item=judged.id,
            step=self._step,
            verdict=kept,
            quote=quote if kept is verdict else "",
            reason=reason if kept is verdict else CHALLENGED,
        )
        return found.model_copy(update={"help": help_of(judged)})

    def _quote(self, judged: Judged) -> str | None:
        """The words that show a verdict, if they stand in the sentence that the judge names."""
        if judged.at - 1 in self._prepared.left_out:
            return None
        evidence = unnumbered(judged.evidence)
        quote = self._evidence.copied(evidence, self._prepared.sentences, judged.at)
        return None if quote is None else shorten_quote(quote)

    def _is_challenged(self, quote: str) -> bool:
        """Whether words are a wrong claim: then they earn nothing, taken back or not."""
        sound = set(ended(self._claims, self._standing, "sound"))
        standing = (hit for hit in self._standing if hit.red_flag not in sound)
        wrong = [quote for hit in (*standing, *self._flags) for quote in hit.quotes]
        return overlaps(quote, wrong)

    def _claimed(self, reply: GradeReply) -> Iterator[RedFlagHit]:
        known = {flag.id for flag in self._case.steps[self._step].red_flags}
        known -= {hit.red_flag for hit in self._standing}
        text = "\n".join(self._prepared.claims)
        for claim in reply.red_flags:
            said = find_quote(unnumbered(claim.evidence), text) if claim.id in known else None
            if said is not None and len(said.split()) > 1:
                known.discard(claim.id)
                yield RedFlagHit.heard(
                    red_flag=claim.id, step=self._step, quote=shorten_quote(said)
                )


def verdict_of(judged: Judged) -> Verdict:
    """The verdict that a judge's own words carry: what lacks something is not met.

    Judges are lenient: told to name what lacks before they decide, they do, and call it met.
    """
    verdict = Verdict(judged.verdict) if judged.verdict in set(Verdict) else Verdict.UNASSESSED
    return Verdict.PARTIAL if verdict is Verdict.MET and lack_of(judged) else verdict


def lack_of(judged: Judged) -> str:
    """What a judge says that a point lacks; empty where that is nothing in so many words."""
    said = plain(judged.lacks).rstrip(".")
    return "" if _NO_LACK.fullmatch(said.strip(_AROUND)) else shorten_quote(said, LACKS_WORDS)


def reason_of(judged: Judged) -> str:
    """The reason for people; what a point lacks stands in it, as it is why no more was earned."""
    reason = plain(judged.reason)[:REASON_LIMIT]
    lack = lack_of(judged)
    if not lack or judged.verdict not in (Verdict.MET, Verdict.PARTIAL):
        return reason
    whole = f"{reason}." if reason and not reason.endswith((".", "!", "?")) else reason
    return f"{whole} {LACKS}{lack}.".lstrip()


def lack_in(reason: str) -> str:
    """What a point lacks, as a reason for people says it; empty where it says nothing."""
    return reason.rpartition(LACKS)[2] if LACKS in reason else ""


def help_of(judged: Judged) -> Help | None:
    """Who brought the point up; None where the judge does not say."""
    return Help(judged.help) if judged.help in set(Help) else None


def ended(
    claims: Iterable[ClaimJudged], standing: Iterable[RedFlagHit], state: str
) -> Iterator[str]:
    """Ids of standing claims of which a judge says that they ended so."""
    said: Mapping[str, str] = {claim.id: claim.state for claim in claims}
    yield from (hit.red_flag for hit in standing if said.get(hit.red_flag) == state)


def place_of(quote: str, sentences: Sequence[str]) -> int | None:
    """Index of the sentence that a quote stands in or begins with; None where it is nowhere."""
    if not quote:
        return None
    for at, sentence in enumerate(sentences):
        if find_quote(quote, sentence) is not None or quote.startswith(sentence):
            return at
    return None


def _unassessed(item: str, step: StepId, reason: str) -> Assessment:
    return Assessment.judged(
        item=item, step=step, verdict=Verdict.UNASSESSED, reason=reason, confidence=0.0
    )


def _not_applicable(item: str, step: StepId, quote: str, reason: str) -> Assessment:
    """A point whose problem the design has not, as these words show."""
    found = Assessment.judged(
        item=item, step=step, verdict=Verdict.UNASSESSED, quote=quote, reason=reason
    )
    return found.model_copy(update={"applies": False})
