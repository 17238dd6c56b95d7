"""Commands `replay` and `eval`: scripted interviews, and how well the brain judges."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interviewer.cli.options import Brain, BrainOption, JsonOption, ReplayOption
from interviewer.cli.output import echo, print_json, table, terminal, write_text
from interviewer.core.errors import ContentError, InterviewerError

if TYPE_CHECKING:
    from interviewer.reports import Result
    from interviewer.simulation.player import Played, Script

SuitesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="What to measure: scoring, items, robustness, claims, flow, conversation, "
        "manipulation, retrieval, cost; all if none. Or: compare BEFORE AFTER, two reports."
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Rated answers (JSON Lines) for scoring."),
]
ReportsOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Folder for the reports and what is done.")
]
HeldOutOption = Annotated[
    bool, typer.Option("--held-out", help="Judge each case with weights of the others.")
]
AcceptOption = Annotated[
    bool, typer.Option("--accept", help="Make these figures what later ones are held against.")
]
ScriptOption = Annotated[
    list[str] | None, typer.Option(help="Only these scripts of the suite conversation.")
]
JudgeOption = Annotated[
    bool, typer.Option("--judge", help="Let a model read what rules cannot tell in conversation.")
]
RecordingOption = Annotated[
    str | None, typer.Option(help="Replay conversations of a model that were kept.")
]
RecordOption = Annotated[
    str | None, typer.Option(help="Keep the model's conversations under this name.")
]
AnsweredOption = Annotated[str | None, typer.Option(help="Who answers; a recording says it.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    panel = "Measuring"
    app.command("replay", rich_help_panel=panel)(replay)
    app.command("eval", rich_help_panel=panel)(evaluate)


def replay(
    transcripts: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help="Scripted transcripts (YAML)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write the result here; a folder when there are several."),
    ] = None,
    brain: BrainOption = "embedded",
    as_json: JsonOption = False,
) -> None:
    """Run scripted transcripts through whole interviews, apart from your own data.

    One that cannot be run does not stop the rest; the exit code is then 1, and also when something
    that a transcript expects did not happen.
    """
    import asyncio

    targets = _targets(transcripts, out)
    played = asyncio.run(_replay_all(transcripts, brain))
    for path, (result, *_) in played.items():
        if out is not None:
            from interviewer.reports import to_json

            targets[path].parent.mkdir(parents=True, exist_ok=True)
            write_text(targets[path], to_json(result))
    if as_json:
        print_json([_as_data(one) for one in played.values()])
    elif played:
        _print_results({path: one.result for path, one in played.items()})
        _print_unmet(played)
    if len(played) < len(transcripts) or any(one.unmet for one in played.values()):
        raise typer.Exit(1)


def _as_data(played: Played) -> dict[str, Any]:
    """The result with what was expected and did not happen."""
    unmet = [one.model_dump(mode="json") | {"says": str(one)} for one in played.unmet]
    return played.result.model_dump(mode="json") | {"unmet_expectations": unmet}


def _print_unmet(played: dict[Path, Played]) -> None:
    for path, one in played.items():
        for unmet in one.unmet:
            echo(f"{path.stem}: not met: {unmet}")


def _targets(transcripts: list[Path], out: Path | None) -> dict[Path, Path]:
    """Where each result goes; a folder gets one file a transcript."""
    if out is None:
        return {}
    if len(transcripts) == 1 and not out.is_dir():
        return {transcripts[0]: out}
    if out.is_file():
        raise InterviewerError(f"{out} is a file.", "Name a folder for several transcripts.")
    targets = {path: out / f"{path.stem}.json" for path in transcripts}
    if len(set(targets.values())) < len(transcripts):
        raise InterviewerError("Two transcripts have the same name.", "Replay them one by one.")
    return targets


async def _replay_all(transcripts: list[Path], brain: Brain) -> dict[Path, Played]:
    """What became of the transcripts that could be run; the others are told on stderr."""
    from interviewer.simulation.homes import places_apart
    from interviewer.simulation.player import play

    played: dict[Path, Played] = {}
    with places_apart() as places:
        for path in transcripts:
            try:
                played[path] = await play(_load(path), places, brain=brain)
            except ContentError as error:
                echo(str(error), stderr=True)
            except InterviewerError as error:
                echo(f"{path}: {error}", stderr=True)
    return played


def _load(path: Path) -> Script:
    """The script; what it says in vain is told on stderr."""
    from interviewer.simulation.player import load_script

    with warnings.catch_warnings(record=True) as ignored:
        warnings.simplefilter("always")
        script = load_script(path)
    for warning in ignored:
        echo(f"{warning.message}.", stderr=True)
    return script


def _print_results(results: dict[Path, Result]) -> None:
    from interviewer.reports.wording import bare_score, in_words

    rows = [
        (
            path.stem,
            result.case_id,
            bare_score(result.overall),
            in_words(result.recommendation or "none"),
            " ".join(bare_score(step.score) for step in result.steps),
            in_words(result.end_reason or "open"),
            str(result.unused_messages),
        )
        for path, result in results.items()
    ]
    columns = ("Transcript", "Case", "Overall", "Recommendation", "Steps", "Ended", "Unused")
    terminal().print(table(*columns, rows=rows))


def evaluate(
    suites: SuitesArgument = None,
    data: DataOption = None,
    out: ReportsOption = None,
    held_out: HeldOutOption = False,
    accept: AcceptOption = False,
    brain: BrainOption = "embedded",
    replay: ReplayOption = None,
    script: ScriptOption = None,
    judge: JudgeOption = False,
    recording: RecordingOption = None,
    record: RecordOption = None,
    answered_by: AnsweredOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well the brain judges and leads interviews.

    What was stopped goes on where it was. The exit code is 1 when a figure is worse than its
    interval in the committed baseline, or out of its bound.
    """
    _expect_evals()
    # The one import of what measures us: a command for those who have the whole repository.
    from evals.__main__ import SUITES, main

    chosen = suites or []
    if chosen[:1] == ["compare"]:
        raise typer.Exit(main(chosen))
    if unknown := sorted(set(chosen) - set(SUITES)):
        raise typer.BadParameter(
            f"there is no suite {unknown[0]!r}; choose {', '.join(SUITES)}", param_hint="SUITES"
        )
    flags = {"--held-out": held_out, "--accept": accept, "--judge": judge, "--json": as_json}
    named: dict[str, object] = {"--data": data, "--out": out, "--brain": brain, "--replay": replay}
    named |= {"--recording": recording, "--record": record, "--answered-by": answered_by}
    given = [flag for flag, wanted in flags.items() if wanted]
    given += [part for key, v in named.items() if v is not None for part in (key, str(v))]
    given += [part for name in script or () for part in ("--script", name)]
    raise typer.Exit(main([*chosen, *given]))


def _expect_evals() -> None:
    """Says so where the folder is missing.

    Raises:
        InterviewerError: this installation came without it.
    """
    if importlib.util.find_spec("evals") is None:
        raise InterviewerError(
            "The evals folder is not part of this installation.",
            "Run this command in a checkout of the repository, after 'make install'.",
        )
