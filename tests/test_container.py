"""The image and its compose file, as far as they can be looked at without a container engine.

`python -m tests.container` runs the same steps.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from typer.main import get_command

from interviewer.cli.program import app
from interviewer.web.doors.allowed import methods_at
from tests.container import ROOT, let_in, of, read_steps

STEPS = read_steps()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")
# `registry.example/image`, `localhost:5000/image`: a first part with a dot or a port.
REGISTRY = re.compile(r"^[^/]*[.:][^/]*/")


def copied() -> list[str]:
    return [source for step in of("COPY", STEPS) for source in step.words[:-1]]


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    assert copied() and all((ROOT / source).exists() for source in copied())
    assert {*copied()} == {*let_in()}


def test_everything_that_the_package_is_made_of_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"]}
    assert needed | {*project["project"]["license-files"], "requirements.lock"} <= {*copied()}


def test_packages_are_installed_by_their_hashes() -> None:
    (first, *_) = of("RUN", STEPS)
    assert "--require-hashes -r requirements.lock" in first.text


def test_it_runs_as_nobody_in_particular() -> None:
    names = [step.name for step in STEPS]
    (user,) = of("USER", STEPS)
    assert user.text not in ("root", "0")
    assert names.index("RUN") < names.index("USER") < names.index("CMD")


def test_what_is_said_is_kept_in_the_volume() -> None:
    (volume,) = of("VOLUME", STEPS)
    assert f"INTERVIEWER_HOME={volume.text}" in [step.text for step in of("ENV", STEPS)]
    assert f"interviews:{volume.text}" in SERVICES["app"]["volumes"]
    assert {*COMPOSE["volumes"]} == {"interviews", "models"}


def test_it_serves_with_options_that_exist_and_without_a_password_of_its_own() -> None:
    (command,) = of("CMD", STEPS)
    _, name, *given = command.words
    commands = getattr(get_command(app), "commands", {})
    options = {flag for one in commands[name].params for flag in one.opts}
    assert name == "serve" and {word for word in given if word[:2] == "--"} <= options
    assert not [step for step in of("ENV", STEPS) if "PASSWORD" in step.text]


def test_its_health_is_asked_at_an_address_that_there_is() -> None:
    (health,) = of("HEALTHCHECK", STEPS)
    asked = re.search(r"'GET', '([^']+)'", health.text)
    assert asked and "GET" in methods_at(asked[1])
    compile(health.words[-1], "HEALTHCHECK", "exec")


@pytest.mark.parametrize(
    "image", [*(step.text for step in of("FROM", STEPS)), *(s["image"] for s in SERVICES.values())]
)
def test_no_image_names_a_registry(image: str) -> None:
    assert not REGISTRY.match(image)


def test_compose_has_the_app_alone_and_a_model_by_its_profile() -> None:
    started = [name for name, service in SERVICES.items() if "profiles" not in service]
    assert started == ["app"] and SERVICES["ollama"]["profiles"] == ["ollama"]
    assert SERVICES["app"]["build"] == "."


def test_compose_opens_the_app_to_this_machine_alone() -> None:
    (port,) = SERVICES["app"]["ports"]
    (exposed,) = of("EXPOSE", STEPS)
    assert re.fullmatch(rf"127\.0\.0\.1:\$\{{PORT:-7860\}}:{exposed.text}", port)
    assert not any("ports" in s for name, s in SERVICES.items() if name != "app")


def test_compose_asks_for_a_password_and_passes_on_what_the_program_reads() -> None:
    passed = SERVICES["app"]["environment"]
    for name, value in passed.items():
        found = VARIABLE.fullmatch(value)
        assert found and found[1] == name
    required = [name for name, value in passed.items() if ":?" in value]
    assert required == ["INTERVIEWER_PASSWORD"]
    assert passed["INTERVIEWER_ALLOW_HOST"].endswith(":-localhost 127.0.0.1}")
    example = (ROOT / ".env.example").read_text("utf-8")
    assert all(f"#{name}=" in example for name in passed)


def test_the_app_may_do_nothing_but_write_into_its_volume() -> None:
    service = SERVICES["app"]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["tmpfs"] == ["/tmp"]
    assert service["security_opt"] == ["no-new-privileges:true"]
