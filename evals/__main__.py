"""`python -m evals [SUITE ...]` measures; `python -m evals compare A B` says what got worse."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console

from evals.compare import BASELINES, compare, failures, read_report
from evals.figures import Report
from evals.language_models import LANGUAGE_MODEL, OBEDIENT, SENSIBLE, set_up
from evals.present import changes_table, figures_table, to_page
from evals.recordings import CALLS, find_recording, write_label
from evals.recordings import FOLDER as RECORDINGS
from evals.runner import Run, run_suite
from evals.subjects import EMBEDDED, HELD_OUT
from evals.suites import Options, find_suite, suite_names
from interviewer.core.errors import InterviewerError

SUITES = suite_names()
OUT = Path(".evals")
BRAINS = {
    "embedded": EMBEDDED,
    "auto": EMBEDDED,
    "llm": LANGUAGE_MODEL,
    "sensible": SENSIBLE,
    "obedient": OBEDIENT,
}
"""What each brain is measured as."""
TITLE = "How good the interviewer is"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the named suites, or all; returns 1 when something got worse or could not be run."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _compare(given[1:]) if given[:1] == ["compare"] else _measure(given)
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    except (InterviewerError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _measure(given: Sequence[str]) -> int:
    options = _parser().parse_args(given)
    if unknown := sorted(set(options.suites) - set(SUITES)):
        _parser().error(f"there is no suite {unknown[0]!r}; choose of {', '.join(SUITES)}")
    _check(options)
    _choose_recording(options)
    if BRAINS[options.brain] == LANGUAGE_MODEL or options.judge:
        set_up()  # says at once what is missing
    chosen = options.suites or (["scoring"] if options.data else list(SUITES))
    run = Run(
        subject=options.subject or (HELD_OUT if options.held_out else BRAINS[options.brain]),
        out=options.out,
        options=_asked_for(options),
        workers=1 if os.environ.get("INTERVIEWER_RECORD") else options.workers,
    )
    reports = tuple(run_suite(name, run, _tell) for name in chosen)
    if options.record is not None:
        print(f"Recorded; see {_label(options)}.", file=sys.stderr)
    return _present(reports, options)


def _check(options: argparse.Namespace) -> None:
    """Says what does not go together."""
    if options.accept and not _comparable(options):
        raise InterviewerError(
            "A baseline is made of the shipped data and brain only.", "Leave out --accept."
        )
    if options.accept and options.subject:
        raise InterviewerError("That is not what is shipped.", "Leave out --accept.")
    if options.accept and options.held_out and options.baseline == BASELINES:
        raise InterviewerError("That is the baseline of what is shipped.", "Name a --baseline.")
    if options.data is not None and options.suites not in ([], ["scoring"]):
        raise InterviewerError("Only the suite scoring takes --data.", "Name it: eval scoring.")
    given = ("script", "judge", "record", "recording")
    if any(getattr(options, name) for name in given) and options.suites != ["conversation"]:
        raise InterviewerError(
            "--script, --judge, --record and --recording belong to the suite conversation.",
            "Name it: eval conversation.",
        )
    if options.record is not None and not options.answered_by:
        raise InterviewerError(
            "A recording says who answered.", "Add --answered-by, for example the model's name."
        )


def _asked_for(options: argparse.Namespace) -> Options:
    """What the suites hear of the command line."""
    recorded_by = options.answered_by if options.recording is not None else ""
    record = None if options.record is None else RECORDINGS / options.record / CALLS
    return Options(options.data, tuple(options.script), options.judge, recorded_by, record)


def _choose_recording(options: argparse.Namespace) -> None:
    """Lets a recording answer, or makes one."""
    if options.recording is not None:
        recording = find_recording(options.recording, RECORDINGS)
        options.replay, options.judge = recording.calls, recording.label.judged
        options.script = options.script or list(recording.label.scripts)
        options.answered_by = f"{recording.label.answered_by} ({recording.label.date})"
    if options.record is not None:
        options.brain = "llm"
        options.out = options.out / f"recording-{options.record}"
        os.environ["INTERVIEWER_RECORD"] = str(RECORDINGS / options.record / CALLS)
    if options.replay is not None:
        options.brain = "llm"
        os.environ["INTERVIEWER_REPLAY"] = str(options.replay.resolve())


def _label(options: argparse.Namespace) -> Path:
    """The label of the recording that was just made."""
    scripts = options.script or [task.key for task in find_suite("conversation").tasks(Options())]
    return write_label(
        options.record,
        options.answered_by,
        scripts,
        judged=options.judge,
        today=datetime.datetime.now(datetime.UTC).date(),
        folder=RECORDINGS,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all")
    parser.add_argument("--brain", choices=tuple(BRAINS), default="embedded")
    parser.add_argument("--replay", type=Path, help="a recording that answers for the model")
    parser.add_argument("--data", type=Path, help="rated answers (JSONL) for the suite scoring")
    parser.add_argument("--script", action="append", default=[], help="of the conversations; all")
    parser.add_argument("--judge", action="store_true", help="a model reads what rules cannot tell")
    parser.add_argument("--recording", metavar="NAME", help="conversations kept in recordings/")
    parser.add_argument("--record", metavar="NAME", help="keep the model's conversations there")
    parser.add_argument("--answered-by", metavar="TEXT", default="", help="who answers them")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for reports and journals")
    parser.add_argument("--held-out", action="store_true", help="weights fitted on other cases")
    parser.add_argument("--subject", help="module:Class of something else to measure")
    parser.add_argument("--baseline", type=Path, default=BASELINES, help="what to compare with")
    parser.add_argument("--accept", action="store_true", help="make the figures the baseline")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    return parser


def _comparable(options: argparse.Namespace) -> bool:
    """Whether the figures are of the data and the brain that baselines are made of."""
    if options.data is not None or options.script or options.judge or options.replay is not None:
        return False
    return bool(options.subject or BRAINS[options.brain] == EMBEDDED)


def _tell(suite: str, done: int, of: int) -> None:
    end = "\n" if done == of else "\r"
    if sys.stderr.isatty() or done in (0, of):
        print(f"{suite}: {done} of {of}", end=end, file=sys.stderr, flush=True)


def _present(reports: Sequence[Report], options: argparse.Namespace) -> int:
    comparable = _comparable(options)
    before = read_report(options.baseline) if comparable and options.baseline.exists() else ()
    changes = compare(before, reports)
    worse = failures(changes) if comparable else []
    options.out.mkdir(parents=True, exist_ok=True)
    whole = TypeAdapter(tuple[Report, ...]).dump_json(tuple(reports), indent=1)
    (options.out / "report.json").write_bytes(whole + b"\n")
    (options.out / "report.html").write_text(to_page(reports, changes, TITLE), "utf-8")
    if options.json:
        print(whole.decode())
    else:
        console = Console()
        for report in reports:
            console.print(figures_table(report))
        console.print(f"Read more in {options.out / 'report.html'}.")
    if options.accept:
        _accept(reports, options.baseline)
        return 0
    if worse:
        Console(stderr=True).print(changes_table(worse, every=True))
    failed = [each for report in reports for each in report.failed]
    for each in failed[:10]:
        print(f"could not be run: {each}", file=sys.stderr)
    return 1 if worse or failed else 0


def _accept(reports: Sequence[Report], folder: Path) -> None:
    """Figures only: what can be read again is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        kept = report.model_copy(update={"findings": (), "plots": (), "failed": ()})
        lasting = tuple(figure for figure in kept.figures if not figure.timing)
        text = kept.model_copy(update={"figures": lasting}).model_dump_json(
            indent=1, exclude_none=True
        )
        (folder / f"{report.suite}.json").write_text(text + "\n", "utf-8")


def _compare(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="evals compare")
    parser.add_argument("before", type=Path, help="a report, or a folder of them")
    parser.add_argument("after", type=Path)
    parser.add_argument("--all", action="store_true", help="figures that stayed the same, too")
    options = parser.parse_args(given)
    changes = compare(read_report(options.before), read_report(options.after))
    Console().print(changes_table(changes, every=options.all))
    return 1 if failures(changes) else 0


if __name__ == "__main__":
    sys.exit(main())
