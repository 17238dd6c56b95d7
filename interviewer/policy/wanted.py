"""Rules for what the interviewer wants: challenges, the thread, the clock, probes, doubts."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.settings import Persona, StepId, step_minutes
from interviewer.core.transcript import Intent
from interviewer.policy.asked import earned_something
from interviewer.policy.clock import time_is_short, time_reminded
from interviewer.policy.leaving import COVERED, leave, next_step
from interviewer.policy.progress import InterviewState
from interviewer.policy.targets import ask_about, dive_target, open_items, worth_asking
from interviewer.scoring import FlagRecord

PROBES_A_STEP = 2
PROBES_A_DRILL = 8
PROBES_IN_A_DIVE = 3
CHALLENGES_A_STEP = 2
REDIRECTS = 2
EARLY = 2  # answers in the requirements after which nobody is led back to them
NEARLY_EMPTY = 0.15  # share of the requirements under which jumping ahead is redirected
DOING_WELL = 0.5  # share of a step from which the candidate is not cut off in it
MESSAGES_A_STEP = 2  # after which a covered step is left without asking
STEP_OVERRUN = 1.5  # a step may take this many times its planned minutes


def challenge(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Asks for the consequences of a wrong claim, the most damaging first."""
    if progress.here.challenges >= CHALLENGES_A_STEP:
        return None
    fresh = [hit.red_flag for hit in heard.red_flags if _unchallenged(progress, hit.red_flag)]
    if not fresh:
        return None
    worst = max(fresh, key=lambda flag: progress.case.red_flag(flag).damage)
    return Move(kind=MoveKind.CHALLENGE, step=progress.step, red_flag=worst)


def _unchallenged(progress: InterviewState, flag_id: str) -> bool:
    flag: FlagRecord | None = progress.flags.get(flag_id)
    return flag is not None and not flag.challenged and not flag.recovered


def redirect(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Leads back to the problem, or to requirements that are nearly empty."""
    if progress.redirects >= REDIRECTS or progress.here.closed or heard.facts:
        return None
    off_topic = Intent.OFF_TOPIC in heard.intents or Intent.SMALL_TALK in heard.intents
    if off_topic and Intent.ANSWER not in heard.intents:
        if Intent.OFF_TOPIC not in heard.intents and "small_talk" not in progress.notices:
            return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("small_talk",))
        return _redirected(progress, "off_topic")
    nearly_empty = progress.share(StepId.REQUIREMENTS) < NEARLY_EMPTY
    early = progress.step is StepId.REQUIREMENTS and progress.here.answers <= EARLY
    if early and nearly_empty and _jumps_ahead(progress, heard):
        return _redirected(progress, "jumped_ahead")
    return None


def _redirected(progress: InterviewState, notice: str) -> Move:
    items = open_items(progress, progress.step)
    target = next((item for item in items if item.id not in progress.asked), None)
    return Move(
        kind=MoveKind.REDIRECT,
        step=progress.step,
        item=target.id if target else None,
        notices=(notice,),
    )


def _jumps_ahead(progress: InterviewState, heard: TurnAssessment) -> bool:
    found = [v for v in heard.verdicts if v.verdict in (Verdict.MET, Verdict.PARTIAL)]
    ahead = [verdict for verdict in found if verdict.step is not progress.step]
    return len(ahead) >= 2 and len(ahead) == len(found)


def remind_of_time(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Asks for what matters most, where nothing else is left to open."""
    open_end = next_step(progress) is None and progress.share(progress.step) < COVERED
    if not (open_end and time_is_short(progress)):
        return None
    return Move(kind=MoveKind.REMIND_TIME, step=progress.step)


def go_deeper(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Probes within a deep dive: its items that are still open, then its own questions."""
    dive = next((d for d in progress.case.deep_dives if d.id == progress.dive), None)
    if dive is None or progress.dive_probes >= PROBES_IN_A_DIVE:
        return None
    if time_is_short(progress) or time_reminded(progress):
        return None
    if progress.dive_probes and not earned_something(heard):
        return None
    if item := dive_target(progress, dive):
        return ask_about(progress, item)
    asked = progress.about.count(dive.id)
    if asked > len(dive.follow_ups):
        return None
    return Move(kind=MoveKind.DEEP_DIVE, step=progress.step, about=dive.id, follow_up=asked)


def finish(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Goes on where a step is over: after an excursion or an offer, or when it took too long."""
    if progress.here.closed:
        return leave(progress)
    planned = step_minutes(progress.settings)[progress.step] * 60
    if progress.here.seconds < planned * STEP_OVERRUN or next_step(progress) is None:
        return None
    return leave(progress)


def push_back(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Doubts a correct choice once an interview; a tough interviewer does it whenever it can."""
    used = [p for p in progress.case.push_backs if p.id in progress.about]
    if progress.settings.persona is Persona.SUPPORTIVE or heard.red_flags:
        return None
    if used and progress.settings.persona is not Persona.TOUGH:
        return None
    met = {v.item for v in heard.verdicts if v.verdict is Verdict.MET} - set(heard.withdrawn)
    for doubt in progress.case.push_backs:
        fresh = doubt.id not in progress.about and doubt.step is progress.step
        if fresh and doubt.item in met and not _settled(progress, heard, doubt.item):
            return Move(
                kind=MoveKind.PUSH_BACK,
                step=progress.step,
                item=doubt.item,
                about=doubt.id,
            )
    return None


def _settled(progress: InterviewState, heard: TurnAssessment, item: str) -> bool:
    """Whether the evidence for an item is older than the message that says it again."""
    known = progress.assessments.get(item)
    now = {v.evidence.turn for v in heard.verdicts if v.evidence is not None}
    return known is not None and known.evidence is not None and known.evidence.turn not in now


def probe(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Asks for what is missing, twice a step at the most; a drill has nothing else to get to."""
    drill = progress.settings.is_drill
    if progress.here.probes >= (PROBES_A_DRILL if drill else PROBES_A_STEP):
        return None
    if not drill and progress.share(progress.step) >= COVERED:
        return None
    if time_is_short(progress) or time_reminded(progress):
        return None
    item = worth_asking(progress, progress.step)
    return ask_about(progress, item) if item else None


def let_finish(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Leaves the floor once to a candidate who does well and may not be through with the step."""
    step, most = progress.step, MESSAGES_A_STEP - (progress.step is StepId.SUMMARY)
    asked = progress.here.invited or progress.here.answers > most or progress.settings.is_drill
    if asked or progress.share(step) < DOING_WELL or _hurried(progress, step):
        return None
    if not open_items(progress, step):
        return None
    earned = [v for v in heard.verdicts if v.verdict in (Verdict.MET, Verdict.PARTIAL)]
    ends = leave(progress).kind in (MoveKind.OPEN_STEP, MoveKind.WRAP_UP)
    if not ends or not any(verdict.step is step for verdict in earned):
        return None
    return Move(kind=MoveKind.LISTEN, step=step, notices=("anything_else",))


def take_no(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Goes on when there was nothing else: an invitation is no question to come back to."""
    last = progress.last_move
    if last is None or "anything_else" not in last.notices or earned_something(heard):
        return None
    speaks = heard.red_flags or heard.facts or heard.unanswered
    return None if speaks else leave(progress)


def _hurried(progress: InterviewState, step: StepId) -> bool:
    """Whether the interview or the step has used its time."""
    used_up = progress.here.seconds >= step_minutes(progress.settings)[step] * 60
    return used_up or time_is_short(progress) or time_reminded(progress)
