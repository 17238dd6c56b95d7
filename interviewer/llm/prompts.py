"""Prompts: files with declared variables, rendered strictly.

A prompt file has a front matter (`purpose`, `version`, `variables`) and sections headed `## name`.
A half-filled prompt never reaches a model: every section is checked when the file is read, and a
missing or surplus value is an error that names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml
from pydantic import ConfigDict, ValidationError

from interviewer.core.errors import ContentError
from interviewer.core.paths import shipped
from interviewer.core.value import Value

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


class FrontMatter(Value):
    """What a prompt file says about itself."""

    purpose: str
    version: int
    variables: tuple[str, ...] = ()


class Prompt(Value):
    """One prompt file, read and checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    about: FrontMatter
    sections: Mapping[str, str]

    def render(self, section: str, **values: str) -> str:
        """A section with its variables filled in; values are taken as they are, never expanded.

        Raises:
            ContentError: there is no such section, or a value is missing or not asked for.
        """
        if section not in self.sections:
            raise ContentError(f"has no section {section!r}.", file=self.name)
        template = Template(self.sections[section])
        wanted = set(template.get_identifiers())
        if missing := sorted(wanted - set(values)):
            raise ContentError(f"lacks a value for {', '.join(missing)}.", file=self.name)
        if surplus := sorted(set(values) - wanted):
            raise ContentError(f"does not use {', '.join(surplus)}.", file=self.name)
        return template.substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """The shipped prompt of that name.

    Raises:
        ContentError: the file is missing or not as it should be.
    """
    return read_prompt(shipped("prompts") / f"{name}.md")


def read_prompt(path: Path) -> Prompt:
    """Reads and checks a prompt file.

    Raises:
        ContentError: it cannot be read, or its sections use other variables than it declares.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ContentError(f"cannot be read ({error.strerror}).", file=path) from error
    except UnicodeDecodeError as error:
        raise ContentError("is not UTF-8 text.", file=path) from error
    parts = _FRONT.match(text)
    if parts is None:
        raise ContentError("does not begin with a front matter between '---' lines.", file=path)
    about, sections = _front_matter(parts[1], path), _sections(parts[2], path)
    prompt = Prompt(name=path.name, about=about, sections=sections)
    _check_variables(prompt, path)
    return prompt


def _front_matter(text: str, path: Path) -> FrontMatter:
    try:
        data: Any = yaml.safe_load(text)
        return FrontMatter.model_validate(data)
    except (yaml.YAMLError, ValidationError) as error:
        raise ContentError(f"has an unusable front matter: {error}", file=path) from error


def _sections(body: str, path: Path) -> dict[str, str]:
    parts = _SECTION.split(body)
    sections: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        if name.strip() in sections:
            raise ContentError(f"has two sections {name.strip()!r}.", file=path)
        sections[name.strip()] = text.strip()
    return sections


def _check_variables(prompt: Prompt, path: Path) -> None:
    used: set[str] = set()
    for name, text in prompt.sections.items():
        template = Template(text)
        if not template.is_valid():
            raise ContentError(f"section {name!r} has a '$' that names nothing.", file=path)
        used |= set(template.get_identifiers())
    if used != set(prompt.about.variables):
        odd = ", ".join(sorted(used ^ set(prompt.about.variables)))
        raise ContentError(f"declares and uses different variables: {odd}.", file=path)
