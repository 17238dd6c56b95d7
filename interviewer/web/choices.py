"""The settings form: what can be chosen, what was chosen last time, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from interviewer.brains.factory import CHOICES
from interviewer.cases.library import Library
from interviewer.core.errors import SettingsError
from interviewer.core.settings import STEPS, Focus, InterviewSettings, Level, Mode, Persona
from interviewer.web import start
from interviewer.web.brain_choice import AUTO, Offer, note
from interviewer.web.clicks import Click

Pairs = list[tuple[str, Any]]

SETTINGS = ("level", "minutes", "mode", "framework", "persona", "focus", "variant", "drill")
"""Fields of the form that are settings of the interview."""
NAMES = (*SETTINGS, "brain")
"""Fields of the form in the order in which handlers receive their values."""
NONE = ""
"""The form's word for "no variant" and "no drill"."""
NO_OFFER = Offer()
"""The embedded brain alone."""


def labelled(values: type[Level] | type[Mode] | type[Persona] | type[Focus]) -> Pairs:
    """Label and value of every member of a setting."""
    return [(member.value.capitalize(), member.value) for member in values]


def drills() -> Pairs:
    """The whole interview or one step of it."""
    return [("Whole interview", NONE), *((step.value.capitalize(), step.value) for step in STEPS)]


def frameworks(library: Library) -> Pairs:
    """Every installed framework."""
    return [(framework.title, framework.id) for framework in library.frameworks.values()]


def variants(library: Library) -> Pairs:
    """The variants of every case; the case is named when there are several cases."""
    named = len(library.cases) > 1
    pairs = [
        (f"{case.title}: {variant.title}" if named else variant.title, f"{case.id}/{variant.id}")
        for case in library.cases.values()
        for variant in case.variants
    ]
    return [("As it is", NONE), *pairs]


def defaults() -> dict[str, Any]:
    """The form before anything was chosen."""
    plain = InterviewSettings().model_dump(mode="json")
    form = {name: NONE if plain[name] is None else plain[name] for name in SETTINGS}
    return {**form, "brain": AUTO}


def remembered(
    kept: Mapping[str, Any] | None, library: Library, offer: Offer = NO_OFFER
) -> dict[str, Any]:
    """The form as it was last time; what is no longer on offer falls back to its default.

    Args:
        kept: what the browser sent back, so anything at all.
        library: what is installed now.
        offer: which brains there are now; a choice among them outlives a time without one.
    """
    on_offer: dict[str, Pairs] = {
        "level": labelled(Level),
        "minutes": [("", 45), ("", 30), ("", 20)],
        "mode": labelled(Mode),
        "framework": frameworks(library),
        "persona": labelled(Persona),
        "focus": labelled(Focus),
        "variant": variants(library),
        "drill": drills(),
        "brain": offer.pairs or [("", name) for name in CHOICES],
    }
    form = {**defaults(), "brain": offer.default}
    for name, pairs in on_offer.items():
        value = (kept or {}).get(name)
        if any(value == offered for _, offered in pairs):
            form[name] = value
    return form


def to_settings(form: Mapping[str, Any], case_id: str | None = None) -> InterviewSettings:
    """The settings that a form stands for.

    Args:
        form: a value for each of `NAMES`.
        case_id: the case to be started; a variant of another case is left out.

    Raises:
        SettingsError: a value is not on offer.
    """
    owner, _, variant = str(form["variant"] or NONE).partition("/")
    chosen = {name: form[name] for name in SETTINGS if name not in ("variant", "drill")}
    chosen["variant"] = variant or None if owner == case_id else None
    chosen["drill"] = form["drill"] or None
    try:
        return InterviewSettings.model_validate(chosen)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise SettingsError(f"The setting {field!r} is not usable.", "Choose it again.") from error


def clicked(click: Click) -> dict[str, Any]:
    """Settings that a button stands for, whatever the form says."""
    if click.concept:
        return {"concept": click.concept, "drill": None, "variant": None}
    if click.act == "start" and click.step:
        return {"drill": click.step_id, "concept": None, "variant": None}
    if click.variant:
        return {"variant": click.variant}
    return {}


def sentence(form: Mapping[str, Any], library: Library, offer: Offer = NO_OFFER) -> str:
    """What a click on start begins, as HTML."""
    brain, framework = offer.chosen(form), library.frameworks.get(form["framework"])
    return start.chosen(to_settings(form), framework, offer.named(brain)) + note(offer, brain)
