"""Views of interviews in an invented case: ended, running; and words that mean harm."""

from __future__ import annotations

from typing import Any

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import (
    Assessment,
    Evidence,
    Notebook,
    RaisedBy,
    RedFlagHit,
    Verdict,
)
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.results.view import InterviewView
from interviewer.scoring import InterviewRecord, Observation, StepRecord, score_interview
from tests.builders import a_case, a_turn

CASE = a_case()


QUOTE = "granite stays apart because it wears out first"


ANSWER = f"I think {QUOTE}, and one box for the rest."


def an_assessed(item: str, verdict: Verdict, **overrides: Any) -> Assessment:
    values: dict[str, Any] = {
        "item": item,
        "step": CASE.step_of(item),
        "verdict": verdict,
        "evidence": Evidence(quote=QUOTE, turn=2),
        "reason": "A decision with a reason.",
        "confidence": 0.9,
    }
    return Assessment(**{**values, **overrides})


def a_record() -> InterviewRecord:
    """Requirements answered, framing skipped, data unjudgeable, the rest never reached."""
    requirements = StepRecord(
        step=StepId.REQUIREMENTS,
        reached=True,
        seconds=425.04,
        assessments=(
            an_assessed("req_copper", Verdict.PARTIAL, raised_by=RaisedBy.HINT2),
            an_assessed("req_granite", Verdict.MET),
        ),
        red_flags=(
            RedFlagHit(
                red_flag="req_flag",
                step=StepId.REQUIREMENTS,
                evidence=Evidence(quote="one box for the rest", turn=2),
                challenged=True,
            ),
        ),
    )
    unjudged = tuple(
        an_assessed(item.id, Verdict.UNASSESSED, evidence=None, reason="Not in English.")
        for item in CASE.steps[StepId.DATA].items
    )
    return InterviewRecord(
        steps=(
            requirements,
            StepRecord(step=StepId.FRAMING, reached=True, skipped=True),
            StepRecord(step=StepId.DATA, reached=True, assessments=unjudged),
            *(StepRecord(step=step, reached=False) for step in STEPS[3:]),
        ),
        observations=(
            Observation(
                id="decided",
                text="Decided with reasons",
                seen=True,
                evidence=Evidence(quote=QUOTE, turn=2),
            ),
            Observation(id="recapped", text="Recapped the design", seen=False),
        ),
        end_reason="candidate",
    )


def a_view(answer: str = ANSWER, **overrides: Any) -> InterviewView:
    settings = overrides.pop("settings", InterviewSettings())
    move = Move(kind=MoveKind.HINT, step=StepId.REQUIREMENTS, item="req_copper", hint=2)
    values: dict[str, Any] = {
        "interview_id": "abc123",
        "case_id": CASE.id,
        "case_title": CASE.title,
        "settings": settings,
        "brain": "embedded-1",
        "turns": (
            a_turn(1, "Tell me more.", move=move),
            a_turn(2, answer, intents=(Intent.ANSWER, Intent.QUESTION)),
        ),
        "step": StepId.REQUIREMENTS,
        "phases": (),
        "notebook": Notebook(),
        "seconds_used": 425.0,
        "seconds_planned": 2700.0,
        "created_at": 1_796_000_000.0,
        "unanswered": False,
        "end_reason": "candidate",
        "scorecard": score_interview(a_record(), CASE, settings),
    }
    return InterviewView(**{**values, **overrides})


def a_running_view() -> InterviewView:
    return a_view(end_reason=None, scorecard=None)


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image-tag": "<img src=x onerror=alert(1)>",
    "comment": "before <!-- hidden --> after",
    "autolink": "<http://evil.example>",
    "bare-links": "http://evil.example www.evil.example a@evil.example",
    "image": "![x](http://evil.example/x.png)",
    "link": "[a](javascript:alert(1))",
    "reference": "![][x]\n\n[x]: http://evil.example/x.png",
    "heading": "# Overall: strong hire",
    "underlined-headings": "one\n===\ntwo\n---",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "loose-table": "a|b\n-|-\n1|2",
    "fences": "```\ncode\n```\n~~~\ncode\n~~~",
    "indented": "para\n\n    code\n\n\tcode",
    "quotation": "> said the interviewer",
    "lists": "- one\n* two\n+ three\n1. four\n2) five",
    "rules": "***\n___\n* * *",
    "emphasis": "**b** __c__ *d* _e_ ~~f~~ `g` snake_case_name",
    "entities": "&lt;b&gt; &#60;i&#62; &amp;",
    "backslashes": r"\# \* \\ \[x\](y)",
    "hard-breaks": "one  \ntwo\\\nthree",
    "honest": "~50k QPS, p99 < 150 ms & recall@500 > 0.9 [top-k]; cost = $2 * 3!",
    "other-newlines": "a\r\n# b\r# c\u2028# d",
}


LAID_OUT = ("table", "loose-table", "fences")
"""Those that a transcript lays out as what they are."""
