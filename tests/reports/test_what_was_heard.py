"""What is told after an interview says what was heard, never what people did or did not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.brains.embedded.feedback import summarize
from interviewer.core.settings import InterviewSettings
from interviewer.reports import to_html, to_json, to_markdown
from interviewer.web import chat
from interviewer.web.scorecard import Card, scorecard
from tests.pasts import SAID, opened

ACCUSING = re.compile(
    r"\byou\s+(?:did(?:n't|\s+not)|do(?:n't|\s+not)|have(?:n't|\s+not)|had|never|only|just|failed|forgot"
    r"|missed|ignored|left|went|ended|gave|used|took|kept|skipped|omitted|named|stopped|put|made|let)\b"
    r"|\byour\s+(?:answer|design|plan)\s+(?:lacks|lacked|misses|missed|ignores|ignored|has\s+no)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("text", "accuses"),
    [
        ("You did not bring this up.", True),
        ("You ended as if the design had no soft spot.", True),
        ("you\ngave one schedule for everything", True),
        ("Not heard: recap. Without one nobody knows what was decided.", False),
        ("You said: I log every view. Raised by you.", False),
    ],
)
def test_what_accuses(text: str, accuses: bool) -> None:
    assert bool(ACCUSING.search(text)) == accuses


@pytest.mark.parametrize(
    "case_id", ["ad_click_prediction", "search_autocomplete", "video_recommendation"]
)
async def test_no_text_after_an_interview_tells_people_what_they_did(
    tmp_path: Path, case_id: str
) -> None:
    """Every item of the case with every verdict, in every form that people see."""
    async with opened(tmp_path) as interviews:
        known = (await interviews.start(case_id, InterviewSettings())).interview_id
        for _ in range(12):
            async for _ in interviews.submit(known, SAID):
                pass
            if (await interviews.view(known)).ended:
                break
        view = await interviews.end(known)
        result, case = await interviews.result(known), interviews.library.case(case_id)
        assert view.scorecard is not None and result.gaps
        framework = interviews.library.frameworks[view.settings.framework]
        shown = {
            "page": scorecard(Card(view, result, case, interviews.note)),
            "chat": chat.chat(view, framework),
            "markdown": to_markdown(result, case),
            "html": to_html(result, case),
            "json": to_json(result),
            "feedback": summarize(case, view.scorecard),
        }
    found = {name: ACCUSING.findall(text) for name, text in shown.items() if ACCUSING.search(text)}
    assert found == {}
    whys = {item.why for _, item in case.items()}
    assert any(why in gap.lacked for gap in result.gaps for why in whys)
