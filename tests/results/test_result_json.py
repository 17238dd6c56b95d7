"""The file of a played interview, byte for byte: other programs read it.

After a wanted change, `python -m tests.results.test_result_json` writes the file again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.reports import to_json
from interviewer.results.result import Result
from interviewer.service.interviews import open_interviews
from tests.builders import a_case, write_case
from tests.homes import places_in
from tests.pasts import SpreadBrain

GOLDEN = Path(__file__).parent / "golden" / "result.json"
SAID = "I would look at long-term retention, because clicks alone reward bait."
DRAWN = "door -> shelf -> box"
CLAIMED = SAID.partition(",")[0]


async def play(home: Path) -> str:
    """An interview with every verdict, a red flag in each step and a point judged again."""
    case, now = a_case(), 1_796_000_000.0
    write_case(home / "knowledge", case)
    where = places_in(home, knowledge=home / "knowledge")
    opening = open_interviews(
        where, brain=SpreadBrain(), clock=lambda: now, new_id=lambda: "golden"
    )
    async with opening as interviews:
        view = await interviews.start(case.id, InterviewSettings())
        said = set[StepId]()
        while not view.ended:
            now += 31.7
            wish = Intent.MOVE_ON if view.step in said else None
            said.add(view.step)
            async for _ in interviews.submit("golden", SAID, intent=wish, sketch=DRAWN):
                pass
            view = await interviews.view("golden")
        await interviews.rejudge("golden", case.steps[StepId.REQUIREMENTS].items[2].id, 2, CLAIMED)
        return to_json(await interviews.result("golden"))


def test_the_file_of_a_played_interview_stays_as_it_is(tmp_path: Path) -> None:
    assert asyncio.run(play(tmp_path)) == GOLDEN.read_text("utf-8")


def test_the_file_is_read_as_it_was_written() -> None:
    text = GOLDEN.read_text("utf-8")
    assert to_json(Result.model_validate_json(text)) == text


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        GOLDEN.write_text(asyncio.run(play(Path(folder))), "utf-8")
