"""Looking back on a whole interview: points that were missed, ideas beyond the list, holes.

Nothing is called missing before the whole transcript was looked through for it. Whatever a model
finds there rests on a sentence that it names and copies; what does not stand there is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from interviewer.brains.llm import context
from interviewer.brains.llm.assessing import standing_lines
from interviewer.brains.llm.context import plain, unnumbered
from interviewer.brains.llm.evidence import Evidence, judges_words
from interviewer.brains.llm.grading import (
    DISPUTED,
    Dispute,
    Reading,
    ended,
    help_of,
    lack_in,
    reason_of,
    verdict_of,
    with_control,
)
from interviewer.brains.llm.guards import is_presentable
from interviewer.brains.llm.schemas import ClosingReply, HoleFound, IdeaFound, Judged, SweepReply
from interviewer.brains.llm.transcript import NumberedTranscript
from interviewer.brains.protocol import Scene
from interviewer.core.assessment import (
    CHALLENGED,
    NOT_FOUND,
    Assessment,
    RedFlagHit,
    Rejudgement,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.design import Closing, Hole, Idea
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import cut_to_tokens
from interviewer.llm.usage import Kind
from interviewer.retrieval.passages import Passage
from interviewer.text.sentences import content_stems, overlaps, shorten_quote

SWEEP_TOKENS = 2400  # of a reply: every claim, and most points that can be found
CLOSING_TOKENS = 1100
BEYOND, HOLES = 4, 5  # that are shown, at the most
WORTH_WORDS, QUESTION_WORDS = 40, 45
NOTE_TOKENS = 70  # of the passage of a note that is proposed
DESIGN_TOKENS = 250
EARNED = (Verdict.MET, Verdict.PARTIAL)


def sweep_request(
    scene: Scene,
    transcript: NumberedTranscript,
    items: Sequence[str],
    partly: Sequence[Assessment] = (),
    wish: str = "",
) -> Request:
    """What the judge model is asked about points not found, or in part, and about wrong claims.

    Args:
        scene: the interview at its end.
        transcript: what was said, as far as there is room.
        items: ids of the points.
        partly: points of which a part was found, by readers who had seen less.
        wish: what the candidate says of them; empty where nobody asked.
    """
    prompt, case = load_prompt("sweep"), scene.case
    user = prompt.render(
        "user",
        title=case.title,
        opening=plain(case.opening),
        rubric=with_control(case.item(item) for item in items),
        partly="\n".join(_partly(case, found) for found in partly) or context.NOTHING,
        standing=standing_lines(case, scene.standing),
        taken_back=standing_lines(case, scene.taken_back),
        wish=wish,
        transcript=transcript.text(),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.SWEEP, messages, SWEEP_TOKENS)


def _partly(case: Case, found: Assessment) -> str:
    met = case.item(found.item).met_when
    return f'- {found.item}: met: {met} found: "{plain(found.quote)}" {plain(found.reason)}'


def found_in_part(scene: Scene) -> list[Assessment]:
    """Points of which a part was heard: what they are said to lack may stand elsewhere."""
    return [one for one in scene.assessments if one.verdict is Verdict.PARTIAL and one.quote]


def wish_of(claim: Rejudgement) -> str:
    """What a candidate says of a verdict, for the prompt, with the words that they point at."""
    quote = plain(claim.evidence.quote if claim.evidence else claim.quote)
    return f'{load_prompt("sweep").render(claim.kind)}\nTHE WORDS: "{quote}"\n'


def closing_request(
    scene: Scene, transcript: NumberedTranscript, notes: Mapping[str, Passage]
) -> Request:
    """What the judge model is asked about the whole interview when it is over.

    Args:
        scene: the interview at its end.
        transcript: what was said, as far as there is room.
        notes: passages of study notes that may help, by the id of their note.
    """
    prompt, case = load_prompt("closing"), scene.case
    design = "; ".join(plain(entry.text) for entry in scene.design.entries)
    proposed = (f"- {id_}: {_told(passage)}" for id_, passage in notes.items())
    user = prompt.render(
        "user",
        title=case.title,
        opening=plain(case.opening),
        level=f"a {scene.settings.level.value} role",
        rubric="; ".join(item.topic or item.statement for _, item in case.items()),
        design=cut_to_tokens(design, DESIGN_TOKENS) or context.NOTHING,
        notes="\n".join(proposed) or context.NOTHING,
        transcript=transcript.text(),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.CLOSING, messages, CLOSING_TOKENS)


def _told(passage: Passage) -> str:
    return cut_to_tokens(plain(f"{passage.title}: {passage.text}"), NOTE_TOKENS)


class LookedBack:
    """What is believed of a model that has read a whole transcript.

    Args:
        scene: the interview at its end.
        transcript: what was said.
    """

    def __init__(self, scene: Scene, transcript: NumberedTranscript) -> None:
        self._scene, self._transcript = scene, transcript
        spoken = [turn.text for turn in scene.turns if turn.role == "interviewer"]
        self._foreign = [*spoken, *judges_words(scene.case)]
        self._evidence = self._fresh()
        self._heard = (*scene.standing, *scene.taken_back)
        self._known = {one.item: one for one in scene.assessments}
        self._claims: SweepReply = SweepReply(items=[])

    def _fresh(self) -> Evidence:
        said = [turn.whole for turn in self._scene.turns if turn.role == "candidate"]
        text = "\n\n".join(said)
        return Evidence(text, self._transcript.injections, self._foreign)

    def take(self, reply: SweepReply) -> None:
        """Takes what is said of wrong claims, on which verdicts depend."""
        self._claims = reply

    def claims(self, state: str) -> tuple[str, ...]:
        """Ids of wrong claims of which it is news that they ended so."""
        scene = self._scene
        known = {"upheld": scene.standing, "taken_back": scene.taken_back}.get(state, ())
        heard = (hit for hit in self._heard if hit not in known)
        return tuple(ended(self._claims.claims, heard, state))

    def found(self, items: Sequence[str]) -> Iterator[Assessment]:
        """Points of these of which it is news that they were said, with the words that show it."""
        open_ = set(items)
        for judged in self._claims.items:
            if judged.id in open_ and (found := self.checked(judged)).verdict in EARNED:
                open_.discard(judged.id)
                if not self._is_known(found):
                    yield found

    def _is_known(self, found: Assessment) -> bool:
        """Whether it repeats what was believed before; nobody has to read that again."""
        known = self._known.get(found.item)
        if known is None or known.verdict is not found.verdict:
            return False
        overlaps = known.quote in found.quote or found.quote in known.quote
        before, now = (set(content_stems(lack_in(one.reason))) for one in (known, found))
        return overlaps and before <= now

    def disputes(self, found: Sequence[Assessment]) -> list[Dispute]:
        """The same as points on which a second reading is asked for: one reader missed them."""
        case = self._scene.case
        return [
            Dispute(
                case.item(one.item), self._reading(self._known.get(one.item)), self._reading(one)
            )
            for one in found
        ]

    def _reading(self, found: Assessment | None) -> Reading:
        if found is None:
            return Reading(Verdict.ABSENT)
        return Reading(found.verdict, self._place(found.quote) if found.quote else None)

    def confirmed(self, again: Sequence[Judged], disputes: Sequence[Dispute]) -> list[Assessment]:
        """What a second reading leaves of points that were found, with less certainty.

        It sees few sentences and no questions: what still lacks, and who had brought the point up,
        only the first can say.
        """
        self._evidence = self._fresh()
        swept = {judged.id: judged for judged in reversed(self._claims.items)}
        asked = {one.item.id for one in disputes}
        found = (self.checked(judged) for judged in again if judged.id in asked)
        return [self._confirmed(one, swept[one.item]) for one in found if one.verdict in EARNED]

    def _confirmed(self, found: Assessment, swept: Judged) -> Assessment:
        """A point as both readings leave it; who had brought up what was known, stays so."""
        known = self._known.get(found.item)
        before = known if known is not None and known.verdict in EARNED else None
        in_part = Verdict.PARTIAL in (found.verdict, verdict_of(swept))
        verdict = Verdict.PARTIAL if in_part else Verdict.MET
        rises = before is None or before.verdict is not verdict
        help_ = help_of(swept) if rises else None
        return found.model_copy(
            update={
                "verdict": verdict,
                "confidence": DISPUTED,
                "help": before.read_as if before and help_ is None else help_,
                "reason": reason_of(swept) if in_part else found.reason,
            }
        )

    def checked(self, judged: Judged) -> Assessment:
        """A verdict; credit needs words that stand in the sentence named and are not challenged."""
        verdict, reason = verdict_of(judged), reason_of(judged) or NOT_FOUND
        quote = self._quote(judged.at, judged.evidence) if verdict in EARNED else None
        if quote is None:
            kept = Verdict.UNASSESSED if verdict in EARNED else verdict
            return self._assessed(judged.id, kept, reason=reason)
        wrong = [quote for hit in self._wrong() for quote in hit.quotes]
        if overlaps(quote, wrong):
            return self._assessed(judged.id, Verdict.ABSENT, reason=CHALLENGED)
        found = self._assessed(judged.id, verdict, quote, self._turn(judged.at), reason)
        return found.model_copy(update={"help": help_of(judged)})

    def _assessed(
        self, item: str, verdict: Verdict, quote: str = "", turn: int = 1, reason: str = ""
    ) -> Assessment:
        return Assessment.judged(
            item=item,
            step=self._scene.case.step_of(item),
            verdict=verdict,
            quote=quote,
            turn=turn,
            reason=reason,
            confidence=0.0 if verdict is Verdict.UNASSESSED else 1.0,
        )

    def _wrong(self) -> Iterator[RedFlagHit]:
        """Claims that were believed to stand or do: of others, the rest of a sentence may count."""
        sound, upheld = set(self.claims("sound")), set(self.claims("upheld"))
        standing = {hit.red_flag for hit in self._scene.standing}
        wrong = (standing | upheld) - sound
        yield from (hit for hit in self._heard if hit.red_flag in wrong)

    def _quote(self, at: int, evidence: str) -> str | None:
        if at - 1 not in self._transcript.shown or at - 1 in self._transcript.left_out:
            return None
        sentences = self._transcript.sentences
        quote = self._evidence.copied(unnumbered(evidence), sentences, at)
        return None if quote is None else shorten_quote(quote)

    def _place(self, quote: str) -> int | None:
        sentences = self._transcript.sentences
        found = (at for at, said in enumerate(sentences) if quote in said or said in quote)
        return next(found, None)

    def _turn(self, at: int) -> int:
        return self._transcript.lines[at - 1].turn

    def closing(self, reply: ClosingReply, notes: Mapping[str, Passage]) -> Closing:
        """What goes beyond the list and what to be ready for, as far as it was really said."""
        self._evidence = self._fresh()
        ideas = [idea for found in reply.beyond if (idea := self._idea(found))]
        holes = [hole for found in reply.holes if (hole := self._hole(found, notes))]
        return Closing(beyond=tuple(ideas[:BEYOND]), holes=tuple(holes[:HOLES]))

    def _idea(self, found: IdeaFound) -> Idea | None:
        quote = self._quote(found.at, found.evidence)
        worth = shorten_quote(plain(found.worth), WORTH_WORDS)
        if quote is None or not is_presentable(worth):
            return None
        if overlaps(quote, filter(None, (a.quote for a in self._earned()))):
            return None  # it is worth something already
        turn = self._turn(found.at)
        return Idea(step=self._step(turn), text=worth, quote=quote, turn=turn)

    def _earned(self) -> Iterator[Assessment]:
        yield from (a for a in self._scene.assessments if a.verdict in EARNED)

    def _hole(self, found: HoleFound, notes: Mapping[str, Passage]) -> Hole | None:
        quote = self._quote(found.at, found.evidence)
        question = shorten_quote(plain(found.question), QUESTION_WORDS)
        if quote is None or not is_presentable(question):
            return None
        turn = self._turn(found.at)
        note = found.note if found.note in notes else ""
        return Hole(step=self._step(turn), question=question, quote=quote, turn=turn, note=note)

    def _step(self, turn: int) -> StepId:
        return next(one.step for one in self._scene.turns if one.number == turn)
