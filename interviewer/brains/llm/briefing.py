"""What the model is shown to interview: case and manner, the dialogue, and last the agenda.

The system message is the same for a whole interview and the dialogue grows at its end, so that
providers can cache both; what changes with every message stands behind the candidate's last words.
Of a long interview the last exchanges are shown whole, and the design record of the earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interviewer.brains.llm.context import delimited, plain
from interviewer.brains.protocol import TITLES, Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.agenda import Agenda, Topic, TopicState
from interviewer.core.case import Case
from interviewer.core.design import EntryKind
from interviewer.core.settings import InterviewSettings, StepId, step_minutes
from interviewer.core.transcript import Turn
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import count_tokens, cut_to_tokens
from interviewer.llm.usage import Kind

MOST_TOKENS = 220
WHOLE = 6  # exchanges before the last message that are shown at least
BLOCK = 3  # exchanges that leave the window together, so that its beginning stays the same
EARLIER_TOKENS = 160  # of a message before the last one
LAST_TOKENS = 1500  # of the last message
RECORD_TOKENS = 200
FIGURES = 8  # of the candidate's that are named, the newest
QUOTED_TOKENS = 30  # of a claim's own words
CLAIMS = 3  # wrong claims that are named at once
OWED = 2  # facts that are named as owed at once
FITTING = 6  # scenarios that are named at once
SAID_AGAIN = (
    "kept after a question (once more at most, from another side, where the talk touches it)"
)
HANDED_OVER = "(The interview is under way; what came before is in the record.)"


def reply_request(scene: Scene, agenda: Agenda) -> Request:
    """What the model is asked for its next words."""
    system = _system(scene.case, scene.settings)
    messages = [("system", system), ("user", HANDED_OVER), *_dialogue(scene)]
    role, last = messages.pop()
    messages.append((role, f"{last}\n\n{agenda_text(scene, agenda)}"))
    return Request(Kind.REPLY, tuple(messages), MOST_TOKENS)


def repair_request(request: Request, written: str, reason: str, shown: str) -> Request:
    """The same once more, after words that could not be said.

    Args:
        request: what was asked.
        written: what the model wrote.
        reason: why it cannot be said.
        shown: what of it the candidate has heard.
    """
    prompt = load_prompt("reply")
    told = (
        prompt.render("continue", reason=reason, shown=plain(shown))
        if shown
        else prompt.render("repair", reason=reason)
    )
    wrong = (("assistant", written), ("user", told))
    return request._replace(messages=(*request.messages, *wrong))


# What stays the same


def _system(case: Case, settings: InterviewSettings) -> str:
    manner = load_prompt("manner")
    kinds = (settings.persona, settings.mode, settings.focus)
    wanted = [f"{type(kind).__name__.lower()} {kind.value}" for kind in kinds]
    return load_prompt("reply").render(
        "system",
        title=case.title,
        minutes=f"{sum(step_minutes(settings).values()):.0f}",
        level=manner.render(f"level {settings.level.value}") + ".",
        manner=" ".join(filter(None, (manner.render(name) for name in wanted))),
        opening=case.opening,
        facts="\n".join(f"- {fact.id.replace('_', ' ')}: {fact.answer}" for fact in case.facts),
        topics="\n".join(_topic_lines(case, settings)),
        flags="\n".join(f"- {flag.id}: {flag.statement}" for _, flag in case.red_flags()),
        material="\n".join(_material_lines(case)),
    )


def _topic_lines(case: Case, settings: InterviewSettings) -> Iterator[str]:
    for step in StepId:
        items = [i for i in case.steps[step].items if i.level.rank <= settings.level.rank]
        labels = (f"{i.label}{' [core]' if i.core else ''}" for i in items)
        yield f"{step.value}: {'; '.join(labels)}"


def _material_lines(case: Case) -> Iterator[str]:
    for change in case.constraint_changes:
        yield f"- change_constraint {change.id}: {change.text}"
    for dive in case.deep_dives:
        yield f"- deep_dive {dive.id}: {dive.question}"
    for doubt in case.push_backs:
        yield f"- push_back {doubt.id}: {doubt.text}"


# The dialogue


def _dialogue(scene: Scene) -> Iterator[tuple[str, str]]:
    """The last exchanges as chat messages, the interviewer's with their acts."""
    for turn in scene.turns[_left_out(scene) :]:
        if turn.role == "candidate":
            is_last = turn is scene.turns[-1]
            yield "user", _message(turn, LAST_TOKENS if is_last else EARLIER_TOKENS)
        else:
            act = f"ACT: {_named(scene, turn.move)}\n" if turn.move and turn.number > 1 else ""
            yield "assistant", f"{act}{turn.text}"


def _left_out(scene: Scene) -> int:
    """How many turns at the beginning are not shown whole."""
    answered = sum(turn.role == "candidate" for turn in scene.turns) - 1
    return 2 * max(0, (answered - WHOLE) // BLOCK * BLOCK)


def _named(scene: Scene, move: Move) -> str:
    """An act as the model writes it."""
    known = {item.id: item.label for _, item in scene.case.items()}
    about = known.get(move.item or "") or move.red_flag or move.about
    if about is None:
        about = move.step.value if move.kind is MoveKind.OPEN_STEP else "-"
    return f"{move.kind.value} {about}"


def _message(turn: Turn, most: int) -> str:
    """A candidate's message between marks; the middle of a very long one is left out."""
    text = turn.text or "(a sketch only)"
    if count_tokens(text) > most:
        half = len(text) * most // (2 * count_tokens(text))
        text = f"{text[:half]} [...] {text[-half:]}"
    shown = delimited("candidate", text.splitlines())
    return f"{shown}\n{delimited('sketch', turn.sketch.splitlines())}" if turn.sketch else shown


# The agenda


def agenda_text(scene: Scene, agenda: Agenda) -> str:
    """The agenda as it stands behind the last message."""
    used, planned = agenda.minutes
    here, share = agenda.part_minutes
    following = f"; next is {agenda.following.value}" if agenda.following else "; the last part"
    return load_prompt("reply").render(
        "agenda",
        part=f"{agenda.step.value} ({TITLES[agenda.step]}){following}",
        pace=f"Minute {used:.0f} of {planned:.0f}, {here:.0f} of about {share:.0f} in this part, "
        f"exchange {agenda.exchange[0]} of about {agenda.exchange[1]}.",
        acts=_acts(agenda),
        state="\n".join(_state_lines(scene, agenda)),
    )


def _acts(agenda: Agenda) -> str:
    allowed = ", ".join(kind.value for kind in agenda.acts)
    if agenda.demanded is None:
        return allowed
    demanded, ends = agenda.demanded.value, agenda.demanded is MoveKind.WRAP_UP
    if agenda.demanded is MoveKind.OPEN_STEP and agenda.following:
        demanded += f" {agenda.following.value}"
        if agenda.at_once:
            return f"{demanded} (has to come now, whatever was just said)"
        return f"{demanded} (has to come now, unless something wrong was just said: challenge)"
    return f"{demanded} (has to come now{', in a closing sentence without a question' * ends})"


def _state_lines(scene: Scene, agenda: Agenda) -> Iterator[str]:
    yield f"Topics covered, not to be asked again: {_labels(agenda, TopicState.COVERED)}"
    yield f"Touched: {_labels(agenda, TopicState.TOUCHED)}"
    wanted = [topic for id_ in agenda.wanted if (topic := agenda.topic(id_)) is not None]
    nothing = "go on to the next part" if agenda.following else "nothing more, so end it"
    yield f"Wanted, where their words lead there: {'; '.join(map(_label, wanted)) or nothing}"
    for claim in agenda.claims[:CLAIMS]:
        said = cut_to_tokens(plain(claim.quote), QUOTED_TOKENS)
        how = f" One way to test it: {claim.question}" if claim.question else ""
        when = SAID_AGAIN if claim.challenged else "not tested yet"
        yield f'Claim {claim.id}, {when}: {claim.statement} They said: "{said}"{how}'
    answers = [scene.case.fact(id_).answer for id_ in agenda.owed[:OWED] if id_ in scene.case.ids]
    yield from (
        f"They asked for this and were not told (only if it still matters): {answer}"
        for answer in answers
    )
    yield from (f"Worth testing: {plain(thread.text)}" for thread in agenda.threads)
    if agenda.material:
        fitting = ", ".join(one.id for one in agenda.material[:FITTING])
        yield f"Material that may fit now: {fitting}"
    if agenda.hint is not None:
        yield f"The hint to give, in your words and no more than it says: {agenda.hint.text}"
    if agenda.parked:
        yield f"They wanted to come back to: {'; '.join(agenda.parked)}"
    yield f"Record of what they built before this dialogue: {record_text(scene)}"


def _labels(agenda: Agenda, state: TopicState) -> str:
    return "; ".join(t.label for t in agenda.topics if t.state is state) or "none"


def _label(topic: Topic) -> str:
    return f"{topic.label}{' [core]' if topic.core else ''}"


def record_text(scene: Scene) -> str:
    """What the candidate had built before the turns that are shown whole, the newest first."""
    left_out = _left_out(scene)
    if not left_out:
        return "nothing"
    kinds = (EntryKind.COMPONENT, EntryKind.DECISION, EntryKind.REJECTED)
    before = [e for e in scene.design.entries if e.turn < scene.turns[left_out].number]
    entries = [e for e in reversed(before) if e.kind in kinds]
    numbers = [f"figure: {plain(n)}" for n in reversed(scene.notebook.numbers[-FIGURES:])]
    lines = [f"{entry.kind.value}: {plain(entry.text)}" for entry in entries]
    return _within([*_mixed(lines, numbers)], RECORD_TOKENS) or "nothing"


def _mixed(lines: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Two figures after every four entries, so that neither crowds the other out."""
    for at in range(0, max(len(lines), 2 * len(numbers)), 4):
        yield from lines[at : at + 4]
        yield from numbers[at // 2 : at // 2 + 2]


def _within(parts: Sequence[str], most: int) -> str:
    """As many of the parts as fit, in that order."""
    kept: list[str] = []
    for part in parts:
        most -= count_tokens(f"{part}; ")  # which is known of all that were there before
        if most < 0:
            break
        kept.append(part)
    return "; ".join(kept)
