"""Commands on interviews: `play`, `resume`, `list`, `export`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from interviewer.cli import options
from interviewer.cli.options import Brain, BrainOption, JsonOption, OutOption, usable
from interviewer.cli.output import print_json, table, terminal, write_text
from interviewer.errors import InterviewerError, InterviewNotFound

if TYPE_CHECKING:
    from interviewer.interview import Interviews
    from interviewer.settings import InterviewSettings
    from interviewer.views import InterviewSummary


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
        str, typer.Option(help="Way through the interview: seven_step or four_step.")
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
    seed: Annotated[int, typer.Option(min=0, help="Varies the interviewer's wording.")] = 0,
    brain: BrainOption = "auto",
) -> None:
    """Be interviewed in the terminal.

    /hint asks for a hint, /skip moves on, /back goes back, /end ends it.
    /quit or Ctrl-C leaves it to be continued.
    """
    from interviewer.settings import InterviewSettings

    choices = {
        "framework": framework,
        "variant": variant,
        "level": level,
        "focus": focus,
        "persona": persona,
        "mode": mode,
        "minutes": int(minutes),
        "drill": drill,
        "seed": seed,
    }
    _run(case_id, InterviewSettings.model_validate(choices), usable(brain))


def _run(case_id: str, settings: InterviewSettings, brain: Brain) -> None:
    from interviewer.cli.conversation import run_in_terminal

    async def start(interviews: Interviews) -> str:
        view = await interviews.start(case_id, settings, brain)
        return view.interview_id

    run_in_terminal(start)


def resume(
    interview_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Id of an interview; the newest open one if none."),
    ] = None,
) -> None:
    """Continue an interview in the terminal."""
    from interviewer.cli.conversation import run_in_terminal

    async def find(interviews: Interviews) -> str:
        if interview_id is not None:
            return (await interviews.view(interview_id)).interview_id
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
        typer.echo("No interviews yet. Start one with: interviewer play CASE")
        return
    columns = ("Id", "Case", "Started", "Level", "Turns", "State", "Score", "Recommendation")
    terminal().print(table(*columns, rows=[_summary_row(summary) for summary in summaries]))


def _summary_row(summary: InterviewSummary) -> tuple[str, ...]:
    from interviewer.report.wording import bare_score, in_words

    started = datetime.fromtimestamp(summary.created_at, UTC).astimezone()
    return (
        summary.interview_id,
        summary.case_id,
        f"{started:%Y-%m-%d %H:%M}",
        summary.settings.level.value,
        str(summary.turns),
        "ended" if summary.end_reason else "open",
        bare_score(summary.overall),
        in_words(summary.recommendation or "none"),
    )


async def _summaries() -> list[InterviewSummary]:
    from interviewer.interview import open_interviews
    from interviewer.settings import read_places

    async with open_interviews(read_places()) as interviews:
        return await interviews.summaries()


def export(
    interview_id: Annotated[str, typer.Argument(metavar="ID", help="Id of an interview.")],
    format_: Annotated[
        Literal["md", "json"], typer.Option("--format", "-f", help="A document or data.")
    ] = "md",
    out: OutOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Export an interview with its scorecard, evidence and transcript."""
    import asyncio

    if out is not None and out.is_dir():
        raise InterviewerError(f"{out} is a folder.", "Name a file after --out.")
    text = asyncio.run(_exported(interview_id, format_))
    write_text(out, text, overwrite=force)
    if out is not None:
        terminal(stderr=True).print(f"Written to {out}.")


async def _exported(interview_id: str, format_: str) -> str:
    from interviewer.interview import open_interviews
    from interviewer.report import to_json, to_markdown
    from interviewer.settings import read_places

    async with open_interviews(read_places()) as interviews:
        result = await interviews.result(interview_id)
        if format_ == "json":
            return to_json(result)
        return to_markdown(result, interviews.library.case(result.case_id))
