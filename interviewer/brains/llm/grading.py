"""Grading a step: the request to the judge model, and what of its reply is believed.

Two judges look at every point. Where the model says met and the embedded judge is certain of the
contrary, the point is graded again, alone; a model that is contradicted in too many of its points
is not believed in that step at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.brains.llm import context
from interviewer.brains.llm.assessing import NOT_FOUND, PreparedMessage
from interviewer.brains.llm.context import delimited, numbered, plain, unnumbered
from interviewer.brains.llm.evidence import Evidence, certainly_absent, is_believed, judges_words
from interviewer.brains.llm.schemas import GradeReply, Judged
from interviewer.brains.protocol import TITLES
from interviewer.core.assessment import Assessment, Judgement, RedFlagHit, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind
from interviewer.text.sentences import shorten_quote

MOST_TOKENS = 1000
ASKED_LINES = 6  # of what the interviewer said in the step
REASON_LIMIT = 240  # characters
_CREDIT = {Verdict.ABSENT: 0, Verdict.UNASSESSED: 1, Verdict.PARTIAL: 2, Verdict.MET: 3}
REFUSED = "The words given as evidence are not the candidate's, or back other points already."
UNDECIDED = "Two judges disagree about this point, also after a second look."


def grade_request(
    case: Case,
    step: StepId,
    prepared: PreparedMessage,
    asked: Sequence[str],
    items: Sequence[RubricItem],
) -> Request:
    """What the judge model is asked about a step, or about some of its points."""
    prompt = load_prompt("grade")
    user = prompt.render(
        "user",
        title=case.title,
        opening=plain(case.opening),
        step=f"{step.value} ({TITLES[step]})",
        rubric=context.rubric_lines(items),
        red_flags=context.flag_lines(case.steps[step].red_flags),
        dialogue="\n".join(f"- {plain(line)}" for line in asked[-ASKED_LINES:]) or context.NOTHING,
        answer=delimited("answer", numbered(prepared.sentences, prepared.left_out)),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.GRADE, messages, MOST_TOKENS)


class CheckedGrade:
    """What is believed of the judge model about one step.

    Args:
        case: the case with its variant applied.
        step: the step.
        answer: what the candidate said, verbatim.
        prepared: the same as the model saw it.
        asked: what the interviewer said between.
        second: the embedded judge's reading of the same.
    """

    def __init__(
        self,
        case: Case,
        step: StepId,
        answer: str,
        prepared: PreparedMessage,
        asked: Sequence[str],
        second: Judgement,
    ) -> None:
        self._second = second
        self._embedded = {item.item: item for item in second.items}
        self._case, self._step, self._prepared = case, step, prepared
        foreign = [*asked, *judges_words(case, step)]
        self._evidence = Evidence(answer, prepared.injections, foreign)
        self._found: dict[str, Assessment] = {}
        self._flags: tuple[RedFlagHit, ...] = ()

    @property
    def disputed(self) -> list[RubricItem]:
        """Points that the model calls met and the embedded judge certainly absent."""
        return [
            item
            for item in self._case.steps[self._step].items
            if self._verdict(item.id) is Verdict.MET and certainly_absent(self._second, item.id)
        ]

    @property
    def is_believed(self) -> bool:
        """Whether the model is contradicted in few enough of its points."""
        met = [id_ for id_, found in self._found.items() if found.verdict is Verdict.MET]
        return is_believed(self._second, met)

    def take(self, reply: GradeReply) -> None:
        """Takes a reply on the whole step."""
        known = {item.id for item in self._case.steps[self._step].items}
        for judged in reply.items:
            if judged.id in known and judged.id not in self._found:
                self._found[judged.id] = self._checked(judged)
        self._flags = tuple(self._claimed(reply))

    def take_again(self, reply: GradeReply, items: Sequence[RubricItem]) -> None:
        """Takes a second reply on the disputed points; a second met leaves them undecided."""
        again = {judged.id: judged for judged in reply.items}
        for item in items:
            judged = again.get(item.id)
            if judged is not None and judged.verdict != Verdict.MET:
                self._found[item.id] = self._checked(judged)
            else:
                self._leave_undecided(item.id)

    def give_up(self, items: Sequence[RubricItem]) -> None:
        """Leaves disputed points undecided, where no second look could be had."""
        for item in items:
            self._leave_undecided(item.id)

    def _leave_undecided(self, item: str) -> None:
        """Neither judge is right for certain; the words stay, so that people can look."""
        undecided = {"verdict": Verdict.UNASSESSED, "reason": UNDECIDED, "confidence": 0.0}
        self._found[item] = self._found[item].model_copy(update=undecided)

    def judgement(self) -> Judgement:
        """Every point of the step in its order, and the red flags."""
        items = self._case.steps[self._step].items
        return Judgement(
            items=tuple(self._found.get(item.id) or self._missed(item.id) for item in items),
            red_flags=self._flags,
        )

    def _missed(self, item: str) -> Assessment:
        """A point that the model left out of its reply."""
        reason = "The judge did not say anything about this point."
        return _unassessed(item, self._step, reason)

    def _verdict(self, item: str) -> Verdict | None:
        found = self._found.get(item)
        return found.verdict if found else None

    def _checked(self, judged: Judged) -> Assessment:
        verdict = judged.verdict if judged.verdict in set(Verdict) else Verdict.UNASSESSED
        reason = plain(judged.reason)[:REASON_LIMIT]
        if verdict in (Verdict.ABSENT, Verdict.UNASSESSED):
            kind = Verdict(verdict)
            return Assessment.judged(
                item=judged.id, step=self._step, verdict=kind, reason=reason or NOT_FOUND
            )
        second = self._embedded.get(judged.id)
        if self._prepared.suspicious and second is not None and _less(second.verdict, verdict):
            return second  # where somebody may have steered, one judge is not enough
        quote = self._evidence.admit(unnumbered(judged.evidence))
        if quote is None:
            return _unassessed(judged.id, self._step, REFUSED)
        return Assessment.judged(
            item=judged.id,
            step=self._step,
            verdict=Verdict(verdict),
            quote=shorten_quote(quote),
            reason=reason,
        )

    def _claimed(self, reply: GradeReply) -> list[RedFlagHit]:
        known = {flag.id for flag in self._case.steps[self._step].red_flags}
        found: list[RedFlagHit] = []
        for claim in reply.red_flags:
            quote = self._evidence.admit(unnumbered(claim.evidence)) if claim.id in known else None
            if quote is not None:
                known.discard(claim.id)
                flag = RedFlagHit.heard(
                    red_flag=claim.id, step=self._step, quote=shorten_quote(quote)
                )
                found.append(flag)
        return found


def _less(one: Verdict, other: str) -> bool:
    """Whether a verdict gives less credit than another."""
    return _CREDIT[one] < _CREDIT[Verdict(other)]


def _unassessed(item: str, step: StepId, reason: str) -> Assessment:
    return Assessment.judged(
        item=item, step=step, verdict=Verdict.UNASSESSED, reason=reason, confidence=0.0
    )
