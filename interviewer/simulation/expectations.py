"""What a scripted transcript expects of its interview, and what of that did not happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from interviewer.core.act import NOTICES, Act, Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.core.value import Value
from interviewer.results.result import Result

EARNED = (Verdict.PARTIAL, Verdict.MET)
SMALL_ACTS: Mapping[str, str] = {Act.TIME_SHORT: MoveKind.REMIND_TIME}
"""Acts by the name of the move that scripts expect."""
STEP_SCORE_MARGIN = 0.75
"""How far a step's score may be from a single expected figure."""


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _in_vocabulary(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in NOTICES]:
        raise ValueError(f"no act is called {', '.join(unknown)}; there are {', '.join(NOTICES)}")
    return names


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Kinds = Annotated[tuple[MoveKind, ...], BeforeValidator(_as_tuple)]
Notices = Annotated[Names, AfterValidator(_in_vocabulary)]
Intents = Annotated[tuple[Intent, ...], BeforeValidator(_as_tuple)]
# Each is one name or a list of names.


class Said(Value):
    """Which message of a script: the `message`th, from 1, of what it says in a step."""

    step: StepId
    message: int = Field(ge=1)

    def __str__(self) -> str:
        return f"{self.step.value} {self.message}"


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Expectation(_Lenient):
    """What is expected of the exchange in which a message was said.

    `move`, `not_move` look at the reply; of several moves any one will do. A small act that came
    with the main one (the offer of a drill, the reminder of time) counts like it. `item`, `fact`,
    `red_flag`, `recovered`, `withdrawn`, `intent` and `notice` expect every name they list,
    `not_item` and `not_red_flag` none.
    """

    after: Said
    move: Kinds = ()
    not_move: Kinds = ()
    item: Names = ()
    """Earned in that turn, at least partly."""
    not_item: Names = ()
    fact: Names = ()
    """Told in the reply."""
    red_flag: Names = ()
    """Heard in that turn."""
    not_red_flag: Names = ()
    recovered: Names = ()
    """Red flags that the turn takes back."""
    withdrawn: Names = ()
    """Items whose earlier claim the turn takes back."""
    intent: Intents = ()
    notice: Notices = ()
    """What the reply does beside its move (`Move.notices`)."""


class Final(_Lenient):
    """What is expected of the whole interview."""

    overall_min: float | None = None
    overall_max: float | None = None
    step_scores: Mapping[StepId, float | tuple[float, float]] = Field(default_factory=dict)
    """Lowest and highest score, or one figure that may be missed by `STEP_SCORE_MARGIN`."""
    moves: Kinds = ()
    """Moves that must come somewhere."""
    unused_max: int | None = None


class Expectations(_Lenient):
    """All expectations of a script."""

    exchanges: tuple[Expectation, ...] = ()
    final: Final = Final()


class Exchange(Value):
    """One exchange, as far as expectations look at it."""

    said: Said
    assessment: TurnAssessment
    move: Move | None
    """None while it is unanswered."""
    turn: int = 0
    """The number of the candidate's turn."""

    @property
    def acts(self) -> frozenset[str]:
        """The move of the reply and the acts that came with it."""
        return acts_of(self.move) if self.move else frozenset()

    @property
    def earned(self) -> frozenset[str]:
        """Items earned in the turn, at least partly."""
        return frozenset(v.item for v in self.assessment.verdicts if v.verdict in EARNED)


class Unmet(Value):
    """An expectation that was not met."""

    after: Said | None
    """None where it is about the whole interview."""
    check: str
    """The key of the script, for example `move`."""
    expected: tuple[str, ...]
    found: tuple[str, ...]

    def __str__(self) -> str:
        where = f"after {self.after}" if self.after else "final"
        found = ", ".join(self.found) or "nothing"
        return f"{where}: {self.check} {', '.join(self.expected)}, found {found}"


def acts_of(move: Move) -> frozenset[str]:
    """The names of everything that a reply does."""
    small = {SMALL_ACTS.get(notice, notice) for notice in move.notices}
    return frozenset({move.kind.value, *small, *move.notices})


def exchanges(
    said: Mapping[int, Said], turns: Sequence[Turn], assessments: Mapping[int, TurnAssessment]
) -> list[Exchange]:
    """The exchanges of a script's own messages.

    Args:
        said: message of the script by number of the turn in which it was said.
        turns: the whole transcript.
        assessments: what was read in each candidate turn.
    """
    replies = {turn.number - 1: turn.move for turn in turns if turn.role == "interviewer"}
    return [
        Exchange(
            said=message,
            assessment=assessments[number],
            move=replies.get(number),
            turn=number,
        )
        for number, message in said.items()
        if number in assessments
    ]


def unmet(
    expected: Expectations, took_place: Iterable[Exchange], result: Result, case: Case
) -> list[Unmet]:
    """Every expectation that was not met, in the order of the script.

    A name that the case does not have is never met, not even by `not_item`.
    """
    by_message = {exchange.said: exchange for exchange in took_place}
    missing: list[Unmet] = []
    for expectation in expected.exchanges:
        exchange = by_message.get(expectation.after)
        if exchange is None:
            missing.append(_unmet(expectation.after, "after", ["said"], ["never said"]))
        else:
            missing += _unmet_in(expectation, exchange, case)
    return [*missing, *_unmet_at_the_end(expected.final, result)]


def _unmet(
    after: Said | None, check: str, expected: Iterable[str], found: Iterable[object]
) -> Unmet:
    shown = tuple(sorted(str(name) for name in found))
    return Unmet(after=after, check=check, expected=tuple(expected), found=shown)


def _unmet_in(expected: Expectation, exchange: Exchange, case: Case) -> Iterator[Unmet]:
    after = expected.after
    if expected.move and not exchange.acts.intersection(expected.move):
        yield _unmet(after, "move", expected.move, exchange.acts)
    for check, found in _found(exchange).items():
        names = getattr(expected, check)
        if absent := [name for name in names if name not in found]:
            yield _unmet(after, check, absent, found)
    for check, found in _found_against(exchange).items():
        names = getattr(expected, f"not_{check}")
        if present := [name for name in names if name in found]:
            yield _unmet(after, f"not_{check}", present, found)
    if unknown := [name for name in _names(expected) if name not in _ids(case)]:
        yield _unmet(after, "names", unknown, ["not in the case"])


def _found(exchange: Exchange) -> dict[str, frozenset[str]]:
    assessment, move = exchange.assessment, exchange.move
    return {
        "item": exchange.earned,
        "fact": frozenset(move.facts if move else ()),
        "red_flag": frozenset(hit.red_flag for hit in assessment.red_flags),
        "recovered": frozenset(assessment.retracted),
        "withdrawn": frozenset(assessment.withdrawn),
        "intent": frozenset(intent.value for intent in assessment.intents),
        "notice": frozenset(move.notices if move else ()),
    }


def _found_against(exchange: Exchange) -> dict[str, frozenset[str]]:
    flags = frozenset(hit.red_flag for hit in exchange.assessment.red_flags)
    return {"move": exchange.acts, "item": exchange.earned, "red_flag": flags}


def _names(expected: Expectation) -> tuple[str, ...]:
    flags = (*expected.red_flag, *expected.not_red_flag, *expected.recovered)
    items = (*expected.item, *expected.not_item, *expected.withdrawn)
    return (*flags, *items, *expected.fact)


def _ids(case: Case) -> frozenset[str]:
    items = {item.id for _, item in case.items()} | {flag.id for _, flag in case.red_flags()}
    return frozenset(items | {fact.id for fact in case.facts})


def _unmet_at_the_end(final: Final, result: Result) -> Iterator[Unmet]:
    overall = result.overall
    if final.overall_min is not None and (overall is None or overall < final.overall_min):
        yield _unmet(None, "overall_min", [str(final.overall_min)], [overall])
    if final.overall_max is not None and (overall is None or overall > final.overall_max):
        yield _unmet(None, "overall_max", [str(final.overall_max)], [overall])
    scores = {step.step: step.score for step in result.steps}
    for step, wanted in final.step_scores.items():
        if not _within(scores.get(step), wanted):
            yield _unmet(None, f"step_scores {step.value}", [str(wanted)], [scores.get(step)])
    happened = _acts_in(result)
    if absent := [name for name in final.moves if name not in happened]:
        yield _unmet(None, "moves", absent, happened)
    if final.unused_max is not None and result.unused_messages > final.unused_max:
        yield _unmet(None, "unused_max", [str(final.unused_max)], [result.unused_messages])


def _within(score: float | None, wanted: float | tuple[float, float]) -> bool:
    if score is None:
        return False
    if isinstance(wanted, tuple):
        return wanted[0] <= score <= wanted[1]
    return abs(score - wanted) <= STEP_SCORE_MARGIN


def _acts_in(result: Result) -> frozenset[str]:
    moves = [line.move for line in result.transcript if line.role == "interviewer"]
    said = [Move.model_validate(move) for move in moves if move is not None]
    return frozenset(act for move in said for act in acts_of(move))
