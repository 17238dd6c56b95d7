"""What a valid case can still get wrong, by how far it has to be: draft, playable or polished.

Errors are what keeps a case from its level; warnings are what an author should look at.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Iterator

from interviewer.cases.authored import TOP_WEIGHT, OwnItem
from interviewer.cases.findings import Finding, Level, error, quoted, warning
from interviewer.cases.leaks import follow_up_leaks, opening_leaks
from interviewer.cases.positions import Document, Place, nearest, written
from interviewer.cases.shared import SharedItem, fill
from interviewer.cases.spoken import spoken_texts
from interviewer.cases.stale_figures import stale_figures
from interviewer.cases.variants import apply_variant, exemplary
from interviewer.core.case import Case, CaseStep, Dimension, RubricItem
from interviewer.core.settings import STEPS
from interviewer.text.sentences import stem, words_of

FEWEST_ITEMS = 2  # of a step that is played: with one, a single sentence makes its score
ITEMS = range(3, 10)
CORE_ITEMS = range(1, 5)
TOP_WEIGHT_ITEMS = range(1, 5)
MODEL_ANSWER_WORDS = range(120, 201)
CORE_HINTS = 2  # the third is for practice
FEWEST_EXAMPLES = 3  # of an item, with which the embedded judge judges finely
SHARED_ALTERNATIVES = 2  # of a shared item, which must not name one solution
QUESTION_WORDS = 18  # as interviewers ask; what is longer is read twice
SPOKEN_WORDS = 60  # the interviewer's limit for one message
NOTES_WORDS = 1500
BARE_WORDS = 5  # fewer words than this cannot hold a decision and its reason

_LIST_MARK = re.compile(r"[,;/|+]|\band\b|\bor\b|\bversus\b")
_CONNECTS = re.compile(
    r"\b(?:because|so|since|otherwise|therefore|hence|else|until|unless|instead|if|when|than|not|never"
    r"|nobody|i|we|you|it|they|he|she|that|which|who|is|are|was|were|be|has|have|can|must|will|would"
    r"|should|could|do|does|let|need|cost|costs)\b|\w['\u2019]\w|\u2192|->|=",
    re.IGNORECASE,
)
_SPEAKS_TO_PEOPLE = re.compile(r"\byou(?:r|rs|rself)?\b|\bthe candidate\b", re.IGNORECASE)
_VERB_ENDING = re.compile(r"\b[a-z]{3,}(?:ed|ing|ise|ize|ises|izes|ify|ifies)\b", re.IGNORECASE)
_ASKS_TWICE = re.compile(
    r"\b(?:and|or) (?:what|how|which|why|where|when|who|whose|do|does|is|are|would|can)\b"
)
_UNWRITTEN = re.compile(r"(?:^|\s)\.\.\.|\bTODO\b|\{[A-Za-z ]*_?[a-z]+\}")


def check_case(
    case: Case, concepts: Collection[str], level: Level = Level.POLISHED
) -> list[Finding]:
    """Everything doubtful about a case at a level, in the order of its checks.

    Args:
        case: a case that has loaded.
        concepts: ids of the concept notes that exist.
        level: how far it should be; what matters only beyond is left out.
    """
    findings = [*_ids(case), *_variant_facts(case), *_links(case)]
    findings += [*_whole(case), *_stale(case), *_leaks(case), *_topics(case), *_examples(case)]
    findings += [*_questions(case), *_varied(case)]
    for step in STEPS:
        findings += _step(case.steps[step], ("steps", step.value))
        for index, item in enumerate(case.steps[step].items):
            findings += _item(item, ("steps", step.value, "items", index), concepts)
    return [finding for finding in findings if level.includes(finding.level)]


def check_shared(id_: str, item: SharedItem, concepts: Collection[str]) -> list[Finding]:
    """Everything doubtful about a shared item, its slots filled with their defaults or names."""
    slots = {name: text or name.replace("_", " ") for name, text in item.slots.items()}
    own = OwnItem.model_validate({"id": id_, **fill(item.fields, slots)})
    filled = own.model_dump() | {
        "partial_when": own.partial_when or own.met_when,
        "dimension": own.dimension or Dimension.COMMUNICATION,
        "core": own.weight == TOP_WEIGHT,
        "said": item.examples.earns,
        "near_misses": item.examples.misses,
    }
    findings = check_item(RubricItem.model_validate(filled), (id_,), concepts)
    for index, flag in enumerate(item.red_flags):
        findings += _asked(flag.challenge, (id_, "red_flags", index, "challenge"))
    if len(own.alternatives) < SHARED_ALTERNATIVES:
        message = f"name {SHARED_ALTERNATIVES} `alternatives` or more: a problem, not a solution."
        findings.append(error((id_, "alternatives"), message))
    if not own.topic:
        findings.append(error((id_, "topic"), "there is none; name the problem in a few words."))
    if len(item.examples.earns) < FEWEST_EXAMPLES:
        message = f"write {FEWEST_EXAMPLES} `earns` or more, for the embedded judge."
        findings.append(warning((id_, "examples"), message))
    return findings


def check_item(item: RubricItem, place: Place, concepts: Collection[str]) -> list[Finding]:
    """Everything doubtful about an item on its own, each long or double question included."""
    findings = list(_item(item, place, concepts))
    for index, text in enumerate(item.follow_ups):
        if len(text.split()) > QUESTION_WORDS or _ASKS_TWICE.search(text):
            message = f"is longer than {QUESTION_WORDS} words or asks two things: {quoted(text)}."
            findings.append(warning((*place, "follow_ups", index), message))
    return findings


def check_notes(notes: str | None, level: Level = Level.POLISHED) -> list[Finding]:
    """Whether a case's study guide is there, long enough and has a section for every step."""
    if not level.includes(Level.POLISHED):
        return []
    if notes is None:
        return [
            error((), "notes.md is missing: write the study guide of the case.", Level.POLISHED)
        ]
    findings = []
    if (count := len(notes.split())) < NOTES_WORDS:
        message = f"notes.md has {count} words; write {NOTES_WORDS} or more."
        findings.append(error((), message, Level.POLISHED))
    headings = re.findall(r"^#+\s+(.*)$", notes, re.MULTILINE)
    titled = {word for heading in headings for word in words_of(heading)}
    findings += [
        error((), f"notes.md has no section for the step {step.value!r}.", Level.POLISHED)
        for step in STEPS
        if not any(word.startswith(stem(step.value)) for word in titled)
    ]
    return findings


def check_written(document: Document) -> list[Finding]:
    """What a `case.yaml` still has of its skeleton: dots, and slots where nothing fills them."""
    return [
        error(place, f"is still to be written: {quoted(text)}.")
        for place, text in _texts(document.value)
        if _UNWRITTEN.search(text)
    ]


def is_unwritten(value: object) -> bool:
    """Whether nothing is written, or dots and slots of a skeleton still are, here or inside."""
    return value in (None, "", [], ()) or any(_UNWRITTEN.search(text) for _, text in _texts(value))


def _texts(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in pairs:
            yield from _texts(one, (*place, key))


def is_bare_term(text: str) -> bool:
    """Whether a text only names things: too short, a list, or without anything that connects."""
    if len(words_of(text)) < BARE_WORDS:
        return True
    if _CONNECTS.search(text):
        return False
    return is_list(text) or not _VERB_ENDING.search(text)


def is_list(text: str) -> bool:
    """Whether a text is mainly a list of terms."""
    parts = [len(words_of(part)) for part in _LIST_MARK.split(text) if words_of(part)]
    return len(parts) >= 3 and statistics.median(parts) <= 3


def _ids(case: Case) -> Iterator[Finding]:
    """Ids are looked up without their kind, so each may be used once in the whole case."""
    first: dict[str, Place] = {}
    for place, id_ in _all_ids(case):
        if id_ in first:
            message = f"the id {id_!r} is used by {written(first[id_])} too; give one another `id`."
            yield error((*place, "id"), message, Level.DRAFT)
        first.setdefault(id_, place)


def _variant_facts(case: Case) -> Iterator[Finding]:
    for index, variant in enumerate(case.variants):
        own = [fact.id for fact in variant.facts]
        for at, id_ in enumerate(own):
            if id_ in own[:at]:
                place = ("variants", index, "facts", at, "id")
                yield error(place, f"the variant gives the fact {id_!r} twice.", Level.DRAFT)


def _all_ids(case: Case) -> Iterator[tuple[Place, str]]:
    for group in ("facts", "numbers", "variants", "deep_dives", "constraint_changes", "push_backs"):
        for index, entry in enumerate(getattr(case, group)):
            yield (group, index), entry.id
    for step in STEPS:
        for index, item in enumerate(case.steps[step].items):
            yield ("steps", step.value, "items", index), item.id
        for index, flag in enumerate(case.steps[step].red_flags):
            yield ("steps", step.value, "red_flags", index), flag.id


def _links(case: Case) -> Iterator[Finding]:
    known = {item.id for _, item in case.items()}
    named: list[tuple[Place, str]] = []
    for i, variant in enumerate(case.variants):
        named += [(("variants", i, "emphasis", n), id_) for n, id_ in enumerate(variant.emphasis)]
    for i, dive in enumerate(case.deep_dives):
        named += [(("deep_dives", i, "items", n), id_) for n, id_ in enumerate(dive.items)]
    for i, change in enumerate(case.constraint_changes):
        place: Place = ("constraint_changes", i, "items")
        named += [((*place, n), id_) for n, id_ in enumerate(change.items)]
    named += [(("push_backs", i, "item"), push.item) for i, push in enumerate(case.push_backs)]
    for place, id_ in named:
        if id_ not in known:
            message = f"there is no item {id_!r}. {nearest(id_, known)}"
            yield error(place, message, Level.DRAFT)
    for i, push in enumerate(case.push_backs):
        if push.item in known and case.step_of(push.item) is not push.step:
            place = ("push_backs", i, "step")
            message = f"{push.item!r} belongs to {case.step_of(push.item).value}."
            yield error(place, message, Level.DRAFT)


def _whole(case: Case) -> Iterator[Finding]:
    minimum = {"variants": 2, "deep_dives": 2, "constraint_changes": 1, "push_backs": 1}
    for group, least in minimum.items():
        if (count := len(getattr(case, group))) < least:
            yield error((group,), f"there are {count}; write at least {least}.", Level.POLISHED)
    for i, dive in enumerate(case.deep_dives):
        yield from _asked(dive.question, ("deep_dives", i, "question"))
        for n, text in enumerate(dive.follow_ups):
            yield from _asked(text, ("deep_dives", i, "follow_ups", n))
    spoken = [
        (("constraint_changes", i, "text"), c.text) for i, c in enumerate(case.constraint_changes)
    ]
    spoken += [(("push_backs", i, "text"), push.text) for i, push in enumerate(case.push_backs)]
    for place, text in spoken:
        yield from _spoken(text, place)
        if text.count("?") > 1:
            yield error(place, f"asks more than one question at a time: {quoted(text)}.")
    if not case.numbers:
        yield warning(("numbers",), "there are no numbers for a candidate to derive.")
    core = [item for _, item in case.items() if item.core]
    if bare := [item for item in core if not item.alternatives]:
        message = f"{len(bare)} of {len(core)} core items name no `alternatives`: {bare[0].id!r}"
        yield warning(("steps",), f"{message}{' and others' * (len(bare) > 1)}.", Level.POLISHED)


def _stale(case: Case) -> Iterator[Finding]:
    """What a variant would say with the figures of the base case."""
    for one in stale_figures(case):
        message = (
            f"in the variant {one.variant!r} this still says {one.figure!r}, which its fact "
            f"{one.fact!r} changes: {quoted(one.text)}. Drop or replace {one.owner!r} there."
        )
        yield (error if one.certain else warning)(one.place, message)


def _varied(case: Case) -> Iterator[Finding]:
    """What is said in a variant only."""
    said = {text for _, _, text in spoken_texts(case)}
    for index, variant in enumerate(case.variants):
        for _, owner, text in spoken_texts(apply_variant(case, variant.id)):
            if text not in said and owner in variant.replaces:
                place: Place = ("variants", index, "replaces", owner)
                yield from _spoken(text, place)
                if text.count("?") > 1:
                    yield error(place, f"asks more than one question at a time: {quoted(text)}.")


def _leaks(case: Case) -> Iterator[Finding]:
    openings: list[tuple[Place, str]] = [(("opening",), case.opening)]
    openings += [
        (("variants", i, "opening"), variant.opening)
        for i, variant in enumerate(case.variants)
        if variant.opening
    ]
    for place, text in openings:
        for leak in opening_leaks(case, text):
            yield error(place, f"gives {leak.item!r} away: {', '.join(leak.words)}.")
    for step, index, leak in follow_up_leaks(case):
        place = ("steps", step.value, "items", index, "follow_ups", 0)
        text = case.steps[step].items[index].follow_ups[0]
        words = ", ".join(leak.words)
        message = f"the first follow-up uses the item's own words: {quoted(text)}: {words}."
        yield (error if leak.plain else warning)(place, message)


def _topics(case: Case) -> Iterator[Finding]:
    """The topics are the list from which an interviewer picks what could still be asked."""
    first: dict[str, Place] = {}
    for step in STEPS:
        for index, item in enumerate(case.steps[step].items):
            place: Place = ("steps", step.value, "items", index, "topic")
            topic = " ".join(item.topic.casefold().split())
            if not topic:
                message = f"{item.id!r} has none; name its problem in a few words, no solution."
                yield warning(place, message)
            elif topic in first:
                yield warning(place, f"is the same as {written(first[topic])}; tell them apart.")
            first.setdefault(topic, place)


def _examples(case: Case) -> Iterator[Finding]:
    items = [item for _, item in case.items()]
    if few := [item for item in items if len(item.said) < FEWEST_EXAMPLES]:
        message = (
            f"{len(few)} of {len(items)} items have fewer than {FEWEST_EXAMPLES} examples that "
            "earn them, so without a language model they are judged more coarsely: write `earns` "
            "and `misses` in examples.yaml."
        )
        yield warning(("steps",), message, Level.POLISHED)


def _questions(case: Case) -> Iterator[Finding]:
    """Follow-ups that are longer than people ask, or ask two things."""
    asked = [(place, text) for place, _, text in spoken_texts(case) if "follow_ups" in place]
    long = [
        (place, text) for place, text in asked if QUESTION_WORDS < len(text.split()) <= SPOKEN_WORDS
    ]
    double = [(place, text) for place, text in asked if _ASKS_TWICE.search(text)]
    for found, fault in (
        (long, f"have more than {QUESTION_WORDS} words"),
        (double, "ask two things in one question"),
    ):
        if found:
            place, longest = max(found, key=lambda one: len(one[1].split()))
            message = f"{len(found)} of {len(asked)} follow-ups {fault}, most of all"
            yield warning(place, f"{message} {quoted(longest)}.", Level.POLISHED)


def _step(step: CaseStep, place: Place) -> Iterator[Finding]:
    count = len(step.items)
    if count < FEWEST_ITEMS:
        yield error((*place, "items"), f"there are {count} items; write {FEWEST_ITEMS} or more.")
    elif count not in ITEMS:
        message = f"there are {count} items; write {_span(ITEMS)}."
        yield error((*place, "items"), message, Level.POLISHED)
    core = sum(item.core for item in step.items)
    if core not in CORE_ITEMS:
        message = f"{core} items are core; mark {_span(CORE_ITEMS)}."
        yield error((*place, "items"), message, Level.POLISHED)
    top = sum(item.weight == 3 for item in step.items)
    if top not in TOP_WEIGHT_ITEMS:
        message = f"{top} items have weight 3; give it to {_span(TOP_WEIGHT_ITEMS)}."
        yield warning((*place, "items"), message)
    words = len(step.model_answer.split())
    if words not in MODEL_ANSWER_WORDS and step.model_answer != exemplary(step.items):
        message = f"has {words} words; write {_span(MODEL_ANSWER_WORDS)}, or leave it out."
        yield error((*place, "model_answer"), message, Level.POLISHED)
    yield from _spoken(step.question, (*place, "question"))
    for index, flag in enumerate(step.red_flags):
        yield from _asked(flag.challenge, (*place, "red_flags", index, "challenge"))


def _item(item: RubricItem, place: Place, concepts: Collection[str]) -> Iterator[Finding]:
    if item.concept not in concepts:
        message = f"there is no concept note {item.concept!r}. {nearest(item.concept, concepts)}"
        yield error((*place, "concept"), message)
    if spoken := _SPEAKS_TO_PEOPLE.search(item.why):
        message = f"speaks of {spoken[0]!r}; say what the system suffers when this is not handled."
        yield warning((*place, "why"), message)
    for index, text in enumerate(item.follow_ups):
        yield from _asked(text, (*place, "follow_ups", index))
    for index, text in enumerate(item.hints):
        yield from _spoken(text, (*place, "hints", index))
    yield from _examples_of(item, place)
    if item.core and len(item.hints) < CORE_HINTS:
        message = f"a core item needs {CORE_HINTS} hints or more, not {len(item.hints)}."
        yield error((*place, "hints"), message, Level.POLISHED)
    if item.core and item.staff_adds is None:
        message = "a core item says what a staff engineer adds."
        yield error((*place, "staff_adds"), message, Level.POLISHED)


def _examples_of(item: RubricItem, place: Place) -> Iterator[Finding]:
    for index, text in enumerate(item.said):
        if is_bare_term(text):
            message = f"only names things, without a decision and its reason: {quoted(text)}."
            report = warning if re.search(r"\d", text) else error  # numbers commit to something
            yield report((*place, "said", index), message, Level.POLISHED)
    misses = item.near_misses
    if misses and not any(is_list(text) or is_bare_term(text) for text in misses):
        message = "none of them is the bare term in a list."
        yield error((*place, "near_misses"), message, Level.POLISHED)


def _asked(text: str, place: Place) -> Iterator[Finding]:
    """A text that must be exactly one question."""
    if (count := text.count("?")) != 1:
        message = f"has {count} question marks; ask exactly one question: {quoted(text)}."
        yield error(place, message)
    yield from _spoken(text, place)


def _spoken(text: str, place: Place) -> Iterator[Finding]:
    if (count := len(text.split())) > SPOKEN_WORDS:
        message = f"has {count} words; nothing is spoken longer than {SPOKEN_WORDS}: "
        yield error(place, f"{message}{quoted(text)}.")


def _span(counts: range) -> str:
    return f"{counts.start} to {counts.stop - 1}"
