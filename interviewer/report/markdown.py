"""A result as a document to read: the scorecard, what to practise, and the whole transcript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interviewer.cases import Case, Dimension
from interviewer.report.escape import literal, literal_block
from interviewer.report.result import FlagResult, ItemResult, Result, StepResult
from interviewer.report.wording import (
    HELP,
    VERDICTS,
    bar,
    bare_score,
    headline,
    in_words,
    interval,
    minutes,
    no_recommendation,
    status_line,
    uncertainty,
    unsaid,
)
from interviewer.scorecard import StepStatus
from interviewer.settings import StepId


def to_markdown(result: Result, case: Case) -> str:
    """The scorecard as Markdown.

    Everything that was said is shown as literal text: no Markdown or HTML in it takes effect.

    Args:
        result: of a finished interview, or of one that is still running.
        case: the case that was asked; gives items, model answers and titles their words.
    """
    parts = [
        *_header(result, case),
        *_overall(result),
        *_practice(result),
        *_steps(result, case),
        *_dimensions(result),
        *_transcript(result),
    ]
    return "\n\n".join(parts) + "\n"


# Top of the page


def _header(result: Result, case: Case) -> Iterator[str]:
    settings = result.settings
    variant = next((v.title for v in case.variants if v.id == settings.variant), None)
    length = f"{settings.minutes} minutes, {literal(in_words(settings.framework))}"
    lines = {
        "Case": f"{literal(case.title)} (`{case.id}`)",
        "Variant": literal(variant) if variant else None,
        "Level": settings.level.value,
        "Length": f"a drill of {settings.drill.value}" if settings.drill else length,
        "Style": f"{settings.mode.value}, {settings.persona.value}, {settings.focus.value} focus",
        "Judged by": literal(result.brain),
        "Interview": f"`{result.interview_id}`",
        "Ended": in_words(result.end_reason) if result.end_reason else "not yet",
    }
    yield f"# Scorecard: {literal(case.title)}"
    yield "\n".join(f"- **{name}:** {text}" for name, text in lines.items() if text)


def _overall(result: Result) -> Iterator[str]:
    yield "## Overall"
    if result.end_reason is None:
        yield "This interview is still running; scores appear once it has ended."
        return
    yield f"> {headline(result)}"
    if result.recommendation is None:
        yield no_recommendation(result)
    if result.overall is None:
        return
    rows = [
        ("**With help**", bare_score(result.overall), interval(result.band), bar(result.overall)),
        ("**Unaided**", bare_score(result.unaided), "", bar(result.unaided)),
    ]
    yield _table(("Counted", "Score", "Range", ""), rows)
    yield uncertainty(result)
    yield (
        "*Unaided* counts only what you raised yourself or after an open question; *with help* "
        "also counts, for less, what took a narrower question or a hint."
    )


# What to do next


def _practice(result: Result) -> Iterator[str]:
    if result.end_reason is None:
        return
    yield "## Practise next"
    if not result.practice:
        yield "Nothing stands out: every expected point that was judged was earned."
    for number, point in enumerate(result.practice, 1):
        yield f"### {number}. {in_words(point.concept).capitalize()} ({point.step.value})"
        said = literal_block(point.quote) if point.quote else f"> *{unsaid(point.verdict)}*"
        yield f"**Your words**\n\n{said}"
        yield f"**What lacked.** {literal(point.lacked)}"
        yield f"**What would have earned it**\n\n{literal_block(point.exemplar)}"
        yield f"**Read.** The note `{point.concept}`."


# Steps


def _steps(result: Result, case: Case) -> Iterator[str]:
    if not result.steps:
        return
    yield "## Steps"
    rows = [
        (
            f"**{step.step.value}**",
            bare_score(step.score),
            interval(step.band),
            bare_score(step.unaided),
            bar(step.score),
            in_words(step.status.value),
            minutes(step.seconds),
        )
        for step in result.steps
    ]
    yield _table(("Step", "Score", "Range", "Unaided", "", "Status", "Time"), rows)
    for step in result.steps:
        yield from _step(step, case)


def _step(step: StepResult, case: Case) -> Iterator[str]:
    yield f"### {step.step.value.capitalize()}"
    yield status_line(step)
    statements = {item.id: item.statement for item in case.steps[step.step].items}
    if step.items and step.status is not StepStatus.SKIPPED:
        items = (_item(item, statements.get(item.item, item.item)) for item in step.items)
        yield "\n".join(items).rstrip()
    if step.red_flags:
        yield "**Red flags**"
        yield "\n".join(_flag(flag, case) for flag in step.red_flags).rstrip()
    yield from _model_answer(step.step, case)


def _item(item: ItemResult, statement: str) -> str:
    help_given = HELP.get(item.raised_by) if item.raised_by else None
    label = VERDICTS[item.verdict] + (f" ({help_given})" if help_given else "")
    lines = [f"- {label} {literal(statement)}"]
    if item.quote and item.turn is not None:
        lines.append(_quote(item.quote, item.turn))
    if item.reason and item.raised_by:
        lines.append(f"  *Why:* {literal(item.reason)}")
    return "\n\n".join(lines) + "\n"


def _quote(quote: str, turn: int) -> str:
    return f"  > “{literal(quote)}” (turn {turn})"


def _flag(flag: FlagResult, case: Case) -> str:
    known = {red_flag.id: red_flag.statement for _, red_flag in case.red_flags()}
    fate = "never questioned"
    if flag.recovered:
        fate = "you took it back"
    elif flag.challenged:
        fate = "you stood by it when asked"
    first = f"- **⚑ {literal(known.get(flag.red_flag, flag.red_flag))}** ({fate})"
    return f"{first}\n\n{_quote(flag.quote, flag.turn)}\n"


def _model_answer(step: StepId, case: Case) -> Iterator[str]:
    yield f"**A senior answer**\n\n{literal_block(case.steps[step].model_answer)}"
    yield f"**At staff level also**\n\n{literal_block(case.steps[step].staff_addendum)}"


# Dimensions and the record


def _dimensions(result: Result) -> Iterator[str]:
    if result.end_reason is None:
        return
    yield "## Dimensions"
    rows = [
        (f"**{dimension.value}**", bare_score(score), bar(score))
        for dimension, score in result.dimensions.items()
    ]
    yield _table(("Dimension", "Score", ""), rows)
    if result.observations:
        yield f"What stands behind {Dimension.COMMUNICATION.value}:"
        yield "\n".join(
            f"- {'✓' if seen.seen else '○'} {literal(seen.text)}"
            + (f"\n\n{_quote(seen.evidence.quote, seen.evidence.turn)}\n" if seen.evidence else "")
            for seen in result.observations
        ).rstrip()


def _transcript(result: Result) -> Iterator[str]:
    yield "## Transcript"
    for line in result.transcript:
        who = "You" if line.role == "candidate" else "Interviewer"
        yield f"**{line.turn}. {who}** · {line.step.value}\n\n{literal_block(line.text)}"
    if result.unused_messages:
        yield f"Messages of the script that were never said: {result.unused_messages}."


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
