"""Command `cases draft`: a language model proposes what a case lacks, for its author to review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.options import CaseLevel, FolderOption, Step
from interviewer.cli.output import echo, write_text
from interviewer.core.errors import ContentError, SettingsError, UnknownCase

if TYPE_CHECKING:
    from interviewer.cases.gaps import StepGaps, WrittenCase
    from interviewer.cases.proposals import Review
    from interviewer.core.paths import Places
    from interviewer.llm.configuration import LLMSettings

CASES = Path("my-cases")
SHOWN = 12  # of what was dropped


def draft_case(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a case of yours.")],
    folder: FolderOption = None,
    step: Annotated[Step | None, typer.Option(help="Only this step; all of them if none.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="So many items at most, completed or new."),
    ] = None,
    level: Annotated[
        CaseLevel, typer.Option(help="How far the case should be; as for 'check'.")
    ] = "playable",
) -> None:
    """Have a language model propose what a case lacks, in draft.yaml beside it.

    It completes items that say what they are about, and adds some where a step has too few. The
    case itself is never written: review the draft and copy what is good.
    """
    import asyncio

    from interviewer.cases.draft import DRAFT_FILE
    from interviewer.cases.findings import Level
    from interviewer.cases.gaps import first_of, gaps_of
    from interviewer.core.paths import read_places
    from interviewer.core.settings import STEPS, StepId
    from interviewer.llm.configuration import read_llm_settings

    places = read_places()
    root = folder or places.knowledge or CASES
    file = _case_file(root, case_id)
    written = _read(file)
    gaps = gaps_of(written, Level(level), [StepId(step)] if step else STEPS)
    if not gaps:
        _write(file.with_name(DRAFT_FILE), written)
        echo(f"Nothing of {level} is missing that a model could propose.")
        return
    settings = read_llm_settings()
    if settings is None:
        raise SettingsError(
            "No language model is set up that could propose anything.",
            "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
        )
    chosen = gaps if limit is None else first_of(gaps, limit)
    review, failures, asked = asyncio.run(
        _proposed(written, chosen, settings, places, _concepts(root, places))
    )
    _tell(review, asked, file.with_name(DRAFT_FILE))
    for failure in failures:
        echo(failure, stderr=True)
    if failures:
        raise typer.Exit(1)


def _case_file(root: Path, case_id: str) -> Path:
    """The file of a case in a folder of cases.

    Raises:
        UnknownCase: it has none of that name.
    """
    from interviewer.cases.positions import nearest

    known = {file.parent.name: file for file in root.glob("cases/[!._]*/case.yaml")}
    if case_id not in known:
        nowhere = f"There is no case {case_id!r} in {root}."
        action = nearest(case_id, known) if known else "Begin one with `interviewer cases new`."
        raise UnknownCase(nowhere, action)
    return known[case_id]


def _read(file: Path) -> WrittenCase:
    """The case as it is written, with what is still open of an earlier draft.

    Raises:
        ContentError: a file cannot be read.
    """
    from dataclasses import replace

    from interviewer.cases.draft import read_draft
    from interviewer.cases.expansion import EXAMPLES_FILE
    from interviewer.cases.gaps import WrittenCase, without_settled
    from interviewer.cases.library import shared_around
    from interviewer.cases.positions import read_yaml

    case, beside = read_yaml(file), file.with_name(EXAMPLES_FILE)
    if not isinstance(case.value, dict):
        raise ContentError("this is no case: it has no fields.", file=file, line=1)
    examples = read_yaml(beside).value if beside.exists() else {}
    known = examples if isinstance(examples, dict) else {}
    shared = shared_around(file).items
    topics = {id_: str(item.fields.get("topic", "")) for id_, item in shared.items()}
    written = WrittenCase(case.value, known, read_draft(file.parent), topics)
    return replace(written, draft=without_settled(written))


def _concepts(root: Path, places: Places) -> set[str]:
    from interviewer.cases.gaps import is_id
    from interviewer.retrieval.notes import note_roots

    notes = (note for base in (*note_roots(places), root) for note in base.glob("concepts/*.md"))
    return {note.stem for note in notes if is_id(note.stem)}


async def _proposed(
    written: WrittenCase,
    gaps: list[StepGaps],
    settings: LLMSettings,
    places: Places,
    concepts: set[str],
) -> tuple[Review, list[str], int]:
    """What became of the proposals, why some could not be had, and how many requests went out."""
    from interviewer.cases.proposals import Review
    from interviewer.llm.capabilities import Memory
    from interviewer.llm.drafting import Drafter, propose
    from interviewer.llm.endpoint import Endpoint
    from interviewer.llm.usage import Meter

    endpoint, review = Endpoint(settings, memory=Memory(places.home)), Review(written, concepts)
    drafter = Drafter(endpoint, Meter(settings.budget), places.cache / "drafts")
    try:
        failures = await propose(drafter, review, gaps, lambda step: echo(f"{step} ", stderr=True))
    finally:
        await endpoint.close()
    return review, failures, drafter.asked


def _tell(review: Review, asked: int, file: Path) -> None:
    """Writes the draft and says what is in it."""
    from dataclasses import replace

    _write(file, replace(review.written, draft=review.draft))
    kept = "the cache had every reply" if not asked else f"{asked} request(s)"
    if review.draft.count:
        echo(f"{file} proposes something for {review.draft.count} item(s); {kept}.")
        echo("Nothing in it is reviewed: copy what is good into case.yaml and examples.yaml.")
    else:
        echo(f"Nothing was proposed that could be kept; {kept}.")
    if review.dropped:
        echo(f"{len(review.dropped)} proposal(s) broke a rule and were dropped:")
        for one in review.dropped[:SHOWN]:
            echo(f"  {one}")
        if (more := len(review.dropped) - SHOWN) > 0:
            echo(f"  and {more} more.")


def _write(file: Path, written: WrittenCase) -> None:
    """Writes the draft; one in which nothing is left is deleted."""
    from interviewer.cases.draft import draft_text

    if written.draft.count:
        write_text(file, draft_text(written.draft))
    else:
        file.unlink(missing_ok=True)
