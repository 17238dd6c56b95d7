"""Commands on interviews: `play`, `resume`, `list`, `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from interviewer.cli import options
from interviewer.cli.options import (
    Brain,
    BrainOption,
    JsonOption,
    OutOption,
    ReportFormat,
    identify,
)
from interviewer.cli.output import (
    PIPE_WIDTH,
    echo,
    print_json,
    table,
    terminal,
    unused_file,
    write_file,
    write_text,
)
from interviewer.core.errors import InterviewerError, InterviewNotFound

if TYPE_CHECKING:
    from interviewer.core.settings import InterviewSettings
    from interviewer.results.view import InterviewSummary
    from interviewer.service.interviews import Interviews

PLAIN_TEXT = ("", "txt", "markdown")  # endings of a file that Markdown may stand in


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    panel = "Interviews"
    app.command("play", rich_help_panel=panel)(play)
    app.command("resume", rich_help_panel=panel)(resume)
    app.command("list", rich_help_panel=panel)(list_interviews)
    app.command("export", rich_help_panel=panel)(export)


def play(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id of a case; see 'cases'.")],
    level: Annotated[
        options.Level, typer.Option(help="Seniority to be interviewed for.")
    ] = "senior",
    minutes: Annotated[options.Minutes, typer.Option(help="Length of the interview.")] = "45",
    framework: Annotated[
        str, typer.Option(help="Way through the interview: seven_step, four_step or genai.")
    ] = "seven_step",
    mode: Annotated[
        options.Mode,
        typer.Option(help="Show steps and short feedback, or only the clock."),
    ] = "practice",
    persona: Annotated[options.Persona, typer.Option(help="How much is pushed back.")] = "neutral",
    focus: Annotated[
        options.Focus,
        typer.Option(help="Which steps weigh more."),
    ] = "balanced",
    variant: Annotated[str | None, typer.Option(help="Changed facts; see 'show CASE'.")] = None,
    drill: Annotated[options.Step | None, typer.Option(help="Practise this one step only.")] = None,
    concept: Annotated[
        str | None,
        typer.Option(help="Practise one concept for ten minutes; see 'show CASE --full'."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Varies the wording; 0 takes one not heard yet.")
    ] = 0,
    brain: BrainOption = "auto",
) -> None:
    """Be interviewed in the terminal.

    /hint asks for a hint, /skip moves on, /back goes back, /end ends it.
    /quit or Ctrl-C leaves it to be continued.
    """
    from interviewer.core.settings import InterviewSettings

    choices = {
        "framework": framework,
        "variant": variant,
        "level": level,
        "focus": focus,
        "persona": persona,
        "mode": mode,
        "minutes": int(minutes),
        "drill": drill,
        "concept": concept,
        "seed": seed,
    }
    _run(case_id, InterviewSettings.model_validate(choices), brain)


def _run(case_id: str, settings: InterviewSettings, brain: Brain) -> None:
    from interviewer.cli.conversation import run_in_terminal

    async def start(interviews: Interviews) -> str:
        seed = settings.seed or await interviews.next_seed(case_id)
        varied = settings.model_copy(update={"seed": seed})
        view = await interviews.start(case_id, varied, brain)
        return view.interview_id

    run_in_terminal(start)


def resume(
    interview_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="Id of an interview or how it begins; the newest open one if none."
        ),
    ] = None,
) -> None:
    """Continue an interview in the terminal."""
    from interviewer.cli.conversation import run_in_terminal

    async def find(interviews: Interviews) -> str:
        if interview_id is not None:
            return (await interviews.view(await identify(interviews, interview_id))).interview_id
        summaries = await interviews.summaries()
        running = [summary for summary in summaries if summary.end_reason is None]
        if not running:
            raise InterviewNotFound(
                "No interview is open.", "Start one with: interviewer play CASE"
            )
        return max(running, key=lambda summary: summary.created_at).interview_id

    run_in_terminal(find)


def list_interviews(as_json: JsonOption = False) -> None:
    """List the interviews, newest first."""
    import asyncio

    summaries = sorted(asyncio.run(_summaries()), key=lambda s: -s.created_at)
    if as_json:
        print_json([summary.model_dump(mode="json") for summary in summaries])
        return
    if not summaries:
        echo("No interviews yet. Start one with: interviewer play CASE")
        return
    columns = ["Id", "Case", "Started", "Level", "Turns", "State", "Score", "Recommendation"]
    rows = [_summary_row(summary) for summary in summaries]
    if any(summary.tokens for summary in summaries):
        columns += ["Tokens", "Cost"]
        rows = [(*row, *_cost_cells(s)) for row, s in zip(rows, summaries, strict=True)]
    screen, listed = terminal(), table(*columns, rows=rows)
    # An id is there to be copied, but a narrow screen has no room for it.
    listed.columns[0].no_wrap = screen.width >= PIPE_WIDTH
    screen.print(listed)


def _summary_row(summary: InterviewSummary) -> tuple[str, ...]:
    from interviewer.reports.wording import graded, in_words
    from interviewer.results.clock import written_date

    return (
        summary.interview_id,
        summary.case_id,
        written_date(summary.created_at, "%Y-%m-%d %H:%M"),
        summary.settings.level.value,
        str(summary.turns),
        "ended" if summary.end_reason else "open",
        graded(summary.overall, summary.band) if summary.end_reason else "-",
        in_words(summary.recommendation or ("none" if summary.end_reason else "-")),
    )


def _cost_cells(summary: InterviewSummary) -> tuple[str, str]:
    """Tokens and cost; empty where no language model was asked."""
    from interviewer.reports.brain_names import money

    if not summary.tokens:
        return "", ""
    return f"{summary.tokens:,}", "unknown" if summary.dollars is None else money(summary.dollars)


async def _summaries() -> list[InterviewSummary]:
    from interviewer.core.paths import read_places
    from interviewer.service.interviews import open_interviews

    async with open_interviews(read_places()) as interviews:
        return await interviews.summaries()


def export(
    interview_id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of an interview, or how it begins.")
    ],
    format_: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="A document, a web page, pages to print, or data; else what FILE ends in, or md.",
        ),
    ] = None,
    out: OutOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Export an interview with its scorecard, evidence and transcript."""
    import asyncio

    form = format_ or _format_of(out)
    made, name = asyncio.run(_exported(interview_id, form))
    if out is None and isinstance(made, str):
        write_text(None, made)
        return
    # Pages to print are no text to show, so they get a file of their own name.
    target = Path() if out is None else out
    if target.is_dir():
        target = target / f"{name}.{form}" if force else unused_file(target, name, form)
    write_file(target, made if isinstance(made, bytes) else made.encode(), overwrite=force)
    terminal(stderr=True).print(f"Written to {target}.", soft_wrap=True)


def _format_of(out: Path | None) -> ReportFormat:
    """What the name of a file asks for; Markdown when it says nothing.

    Raises:
        InterviewerError: it asks for something that a report cannot be.
    """
    ending = out.suffix.lower().removeprefix(".") if out and not out.is_dir() else ""
    if ending in PLAIN_TEXT:
        return "md"
    known: tuple[ReportFormat, ...] = get_args(ReportFormat)
    for form in known:
        if form == ending:
            return form
    raise InterviewerError(
        f"A report cannot be written as .{ending}.",
        f"Name a file that ends in {', '.join(f'.{form}' for form in known)}, or add --format.",
    )


async def _exported(interview_id: str, form: ReportFormat) -> tuple[str | bytes, str]:
    """The report, and what its file is called without an ending."""
    from interviewer.core.paths import read_places
    from interviewer.reports import write
    from interviewer.service.interviews import open_interviews

    async with open_interviews(read_places()) as interviews:
        interview_id = await identify(interviews, interview_id)
        result = await interviews.result(interview_id)
        name = await interviews.report_name(interview_id)
        return write(form, result, interviews.library, interviews.notes), name
