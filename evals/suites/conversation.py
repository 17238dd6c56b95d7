"""Suite `conversation`: whether the interviewer listens, and the card says what was heard.

Scripts say what must be answered, what was said where, what the design lacks and what is wrong in
it. Rules count what rules can; with `--judge` a judge model reads the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from evals.conversation import card, dialogue
from evals.conversation.dialogue import Answer, answered
from evals.conversation.interview import Heard, Reply, heard
from evals.conversation.second_reader import SecondReading, read_again
from evals.figures import Figure, Finding, Report, count_of, mean_of
from evals.recordings import only_whole
from evals.subjects import Subject, library
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.core.errors import InterviewerError
from interviewer.llm.configuration import read_llm_settings
from interviewer.llm.endpoint import Endpoint
from interviewer.simulation.listening import Owed, WrongClaim
from interviewer.simulation.player import load_script

FOLDER = Path(__file__).parents[1] / "transcripts" / "unseen"
ASKS = "Does the interviewer answer, remember and follow, and does the card say what was heard?"
CHALLENGED = 0.9  # share of the wrong claims that have to be challenged or named
COUNTED: Mapping[str, tuple[str, str]] = {
    "questions owed": ("owed", "asked"),
    "asked for again": ("again", "questions"),
    "parts assumed": ("assumed", "questions"),
    "said and called missing": ("missing", "checkable"),
    "quotes not verbatim or too short": ("loose", "credits"),
    "wrong claims credited": ("credited", "wrong"),
    "honest messages taken for injections": ("alarms", "messages"),
    "praise": ("praise", "replies"),
    "several questions at once": ("double", "replies"),
    "replies too long": ("long", "replies"),
    "words of another kind than the act": ("unlike", "replies"),
}
"""What should not be: the lists of an outcome, and of how many they are."""


def tasks(options: Options) -> list[Task]:
    """A task a script, or those that were chosen.

    Raises:
        InterviewerError: there is no such script.
    """
    known = [path.stem for path in sorted(FOLDER.glob("*.yaml"))]
    if unknown := sorted(set(options.scripts) - set(known)):
        raise InterviewerError(
            f"There is no script {unknown[0]!r}.", f"Choose of {', '.join(known)}."
        )
    chosen = options.scripts or known
    rest = {"judge": options.judge, "answered_by": options.answered_by}
    rest |= {"record": str(options.record or "")}
    return [Task(name, {"script": name, **rest}) for name in chosen]


async def run(subject: Subject, payload: dict[str, Any]) -> dict[str, Any]:
    """One interview: for each thing that should not be, the places where it is."""
    script = load_script(FOLDER / f"{payload['script']}.yaml")
    with only_whole(Path(payload["record"])) if payload["record"] else nullcontext():
        played = await subject.play(script)
        interview = heard(played, script, library().cases[script.case_id])
        second = await _second_reading(interview) if payload["judge"] else None
    return {
        **_of_how_many(interview),
        **_questions(interview, second),
        **_memory(interview, second),
        **_card(interview, second),
        "alarms": dialogue.false_alarms(interview),
        "praise": dialogue.praise(interview),
        "double": dialogue.double_questions(interview),
        "long": dialogue.too_long(interview),
        "unlike": dialogue.other_than_the_act(interview),
        "overall": interview.result.overall,
        "quality": script.quality,
    }


async def _second_reading(interview: Heard) -> SecondReading:
    settings = read_llm_settings()
    if settings is None:
        raise InterviewerError(
            "No judge model is set up.", "Set OPENAI_API_KEY or OPENAI_BASE_URL, or leave --judge."
        )
    endpoint = Endpoint(settings)
    try:
        return await read_again(interview, endpoint)
    finally:
        await endpoint.close()


def _of_how_many(interview: Heard) -> dict[str, int]:
    lines = interview.result.transcript
    return {
        "asked": sum(answered(q, interview) is not None for q in interview.conversation.answers),
        "questions": sum(reply.asks for reply in interview.replies),
        "checkable": len(card.checkable(interview)),
        "credits": len(card.credits(interview)),
        "wrong": len(_wrong(interview)),
        "messages": sum(line.role == "candidate" for line in lines),
        "replies": len(interview.replies),
    }


def _wrong(interview: Heard) -> list[WrongClaim]:
    """The wrong claims that were made."""
    claims = interview.conversation.wrong
    return [claim for claim in claims if interview.replies_to(claim)]


def _questions(interview: Heard, second: SecondReading | None) -> dict[str, Any]:
    """Questions of the candidate that got no word, and those of which nobody can tell."""
    found: dict[Answer, list[str]] = {Answer.OWED: [], Answer.OPEN: []}
    for owed in interview.conversation.answers:
        became = answered(owed, interview)
        if became in found and second is not None:
            became = Answer.GIVEN if owed in second.answered else Answer.OWED
        if became in found:
            found[became].append(_unanswered(owed, interview))
    return {"owed": found[Answer.OWED], "undecided": found[Answer.OPEN]}


def _unanswered(owed: Owed, interview: Heard) -> str:
    reply = interview.replies_to(owed)[0]
    return f"{owed.step.value} {owed.message}: {owed.quote} -> {reply.text}"


def _memory(interview: Heard, second: SecondReading | None) -> dict[str, Any]:
    again = dialogue.asked_again(interview) if second is None else second.asked_again
    assumed = dialogue.assumed(interview) if second is None else second.assumed
    return {
        "again": _by_reply((reply, f"said: {mention.quote}") for reply, mention in again),
        "assumed": _by_reply((reply, f"no {part}") for reply, part in assumed),
    }


def _by_reply(found: Iterator[tuple[Reply, str]]) -> list[str]:
    """One line a reply, whatever is found in it more than once."""
    first: dict[str, str] = {}
    for reply, what in found:
        first.setdefault(reply.text, what)
    return [f"{what} -> {text}" for text, what in first.items()]


def _card(interview: Heard, second: SecondReading | None) -> dict[str, Any]:
    claims = _wrong(interview)
    unfit = () if second is None else second.unfit
    return {
        "missing": [
            f'"{mention.quote}": {", ".join(items)}'
            for mention, items in card.called_missing(interview)
        ],
        "loose": [f"{item.item}: {why}" for item, why in card.loose_quotes(interview)],
        "unfit": [f'{item.item}: {item.verdict.value} "{item.quote}"' for item in unfit],
        "credited": [
            f'"{claim.quote}": {", ".join(item.item for item in items)}'
            for claim in claims
            if (items := card.credited(claim, interview))
        ],
        "slipped": [claim.quote for claim in claims if not _caught(claim, interview, second)],
        "untouched": card.untouched(interview),
    }


def _caught(claim: WrongClaim, interview: Heard, second: SecondReading | None) -> bool:
    """Whether a wrong claim was challenged soon, or stands on the card."""
    if second is not None and claim in second.challenged:
        return True
    return dialogue.challenged(claim, interview) or card.flagged(claim, interview)


def summarise(rows: Sequence[Row]) -> Report:
    """What should not be, with how often it could have been."""
    outcomes = [row.outcome for row in rows]
    caught = [float(at >= len(o["slipped"])) for o in outcomes for at in range(o["wrong"])]
    owners = [row.key for row in rows for _ in range(row.outcome["wrong"])]
    return Report(
        suite="conversation",
        asks=ASKS,
        rests_on=_rests_on(rows),
        figures=(
            *(_counted(name, outcomes) for name in COUNTED),
            mean_of(
                "wrong claims challenged or named",
                caught,
                better="higher",
                bound=CHALLENGED,
                groups=owners,
            ),
            *_unfit(rows),
            Figure(
                name="questions of which rules cannot tell",
                value=_total(outcomes, "undecided"),
                of=sum(o["asked"] for o in outcomes),
            ),
            Figure(
                name="core points neither heard nor asked about",
                value=_total(outcomes, "untouched"),
                better="lower",
                of=len(rows),
            ),
            *(_of_one(row) for row in rows),
        ),
        findings=tuple(_findings(rows)),
    )


def _unfit(rows: Sequence[Row]) -> list[Figure]:
    """Only a judge model sees it, so with rules alone there is no such figure."""
    outcomes = [row.outcome for row in rows]
    found, credits = _total(outcomes, "unfit"), sum(o["credits"] for o in outcomes)
    name = "quotes that do not show their verdict"
    return [count_of(name, found, credits, bound=0)] if rows[0].payload["judge"] else []


def _of_one(row: Row) -> Figure:
    """All that should not be in one interview; it says where to read, and is held to nothing."""
    kinds = ["slipped", "unfit", *(what for what, _ in COUNTED.values())]
    found = sum(len(row.outcome[what]) for what in kinds)
    return Figure(name=f"faults of {row.key}", value=found, of=row.outcome["replies"])


def _rests_on(rows: Sequence[Row]) -> str:
    judged, answered_by = rows[0].payload["judge"], rows[0].payload["answered_by"]
    who = "a judge model decided where rules cannot"
    if not judged:
        who = "rules alone decided, so that only the case's own questions count as asked for again"
    recorded = f" The interviewer was a recording of: {answered_by}." if answered_by else ""
    return (
        f"{len(rows)} scripted interviews, most of them written by somebody who had seen neither "
        f"the rubric nor the interviewer; {who}.{recorded}"
    )


def _counted(name: str, outcomes: Sequence[dict[str, Any]]) -> Figure:
    what, of = COUNTED[name]
    return count_of(name, _total(outcomes, what), sum(o[of] for o in outcomes), bound=0)


def _total(outcomes: Sequence[dict[str, Any]], key: str) -> int:
    return sum(len(outcome[key]) for outcome in outcomes)


def _findings(rows: Sequence[Row]) -> Iterator[Finding]:
    listed = {what: name for name, (what, _) in COUNTED.items()}
    listed |= {"slipped": "wrong claims that passed", "unfit": "quotes that show something else"}
    listed |= {"undecided": "questions of which rules cannot tell", "untouched": "core untouched"}
    for row in rows:
        for what, name in listed.items():
            if found := row.outcome[what]:
                yield Finding(
                    title=f"{row.key}: {name}",
                    wanted="none",
                    got=str(len(found)),
                    text="",
                    evidence=tuple(found),
                )


SUITE = Suite("conversation", tasks, run, summarise)
