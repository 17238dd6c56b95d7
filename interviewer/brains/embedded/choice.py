"""Which of the shipped templates is said: a seeded draw among those not used before."""

from __future__ import annotations

import random
import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from interviewer.brains.protocol import Scene

_SLOT = re.compile(r"\{[a-z]+\}")
_UNSAID = ("asked", "skipped", "offer_drill", "answer_floor", "focus", "manipulation", "no_number")
"""Small acts that are left out where there is no room for them."""
_ONCE = ("asked", "skipped", "offer_drill", "answer_floor")
"""Small acts that are left out when every way of saying them was used."""


@cache
def read_wording() -> dict[str, Any]:
    """Reads the shipped templates once."""
    text = files("interviewer.brains.embedded").joinpath("wording.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


class Choice:
    """Draws templates for one reply.

    Args:
        scene: its seed and the number of its turns decide the draw; what the interviewer has
            said in it is not said again while other templates are left.
    """

    def __init__(self, scene: Scene) -> None:
        self._random = random.Random(f"{scene.settings.seed}:{len(scene.turns)}")
        self._said = [turn.text for turn in scene.turns if turn.role == "interviewer"]

    def pick(self, key: str, **slots: str) -> str:
        """A template in words: a fresh one, or any when all have been used."""
        templates = _templates(key)
        fresh = [template for template in templates if not self._is_used(template)]
        return self._random.choice(fresh or templates).format(**slots)

    def notice(self, key: str) -> list[str]:
        """A small act in one or more ways, the longest first; "" leaves it unsaid."""
        text = self.pick(key)
        if key in _ONCE and self._is_used(text):
            return [""]
        fresh = [known for known in _templates(key) if not self._is_used(known)]
        shortest = min(fresh or [text], key=len)
        return [text, shortest, *([""] if key in _UNSAID else [])]

    def _is_used(self, template: str) -> bool:
        """Whether the words of a template, apart from what fills its slots, were said before."""
        pattern = _words_around_slots(template)
        return pattern is not None and any(pattern.search(text) for text in self._said)


def _templates(key: str) -> list[str]:
    templates: str | list[str] = read_wording()[key]
    return [templates] if isinstance(templates, str) else templates


@cache
def _words_around_slots(template: str) -> re.Pattern[str] | None:
    pieces = [piece.strip() for piece in _SLOT.split(template)]
    spoken = [re.escape(piece) for piece in pieces if re.search(r"\w", piece)]
    if not spoken:
        return None
    start = r"(?:^|[.!?:] )" if re.search(r"\w", pieces[0]) else ""
    return re.compile(start + ".*?".join(spoken), re.DOTALL)
