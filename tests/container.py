"""The Dockerfile's own steps in a temporary folder, for machines without a container engine.

`python -m tests.container` does what building and starting the image would do: it copies what the
Dockerfile copies (from what `.dockerignore` lets in), runs its RUN steps, and starts its CMD, once
without a password and once with one, until its HEALTHCHECK is content. The steps are read from the
Dockerfile, so they cannot drift. Two things are left out: another user, and the base image.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = ROOT / "Dockerfile"
IGNORED = ROOT / ".dockerignore"
PORT = "7860"
PATIENCE = 120.0  # seconds from the start until the app is healthy
# What needs rights that this machine does not give away.
STAND_INS = """
useradd() { echo "left out: useradd $*"; }
install() { mkdir -p "${@: -1}" && chmod 700 "${@: -1}"; }
"""


class Step(NamedTuple):
    """One instruction of a Dockerfile."""

    name: str
    """In capitals: `RUN`."""
    text: str
    """What follows it, on one line."""

    @property
    def words(self) -> list[str]:
        """The text as a command: a JSON list where it is one, else words of a shell."""
        found = re.search(r"\[.*\]\s*$", self.text)
        words: list[str] = json.loads(found[0]) if found else shlex.split(self.text)
        return words


def read_steps(file: Path = DOCKERFILE) -> list[Step]:
    """The instructions in their order, comments left out."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in whole.splitlines() if line.strip()]


def of(name: str, steps: list[Step]) -> list[Step]:
    """The steps of one name."""
    return [step for step in steps if step.name == name]


def let_in(file: Path = IGNORED) -> list[str]:
    """What `.dockerignore` lets in, after it has shut everything out."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    assert lines[0] == "*", "everything is shut out first"
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


class Trial:
    """The steps, run below a folder that stands for the image's root."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.port = port
        self.folder = root
        self.variables = {"PATH": f"{root}/bin:{os.environ['PATH']}", "HOME": str(root)}
        (root / "bin").mkdir()
        (root / "bin" / "python").symlink_to(sys.executable)

    def build(self, steps: list[Step]) -> None:
        """Everything up to the start."""
        for step in steps:
            print(f"{step.name} {step.text}"[:100], flush=True)
            if step.name == "WORKDIR":
                self.folder = self.inside(step.text)
                self.folder.mkdir(parents=True, exist_ok=True)
            elif step.name == "ENV":
                pairs = (pair.partition("=") for pair in step.words)
                self.variables |= {name: self.here(value) for name, _, value in pairs}
            elif step.name == "COPY":
                self.copy(step.words)
            elif step.name == "RUN":
                script = f"set -e\n{STAND_INS}\n{self.here(step.text)}"
                subprocess.run(
                    ["bash", "-c", script], cwd=self.folder, env=self.variables, check=True
                )

    def inside(self, path: str) -> Path:
        """A path of the image as it is here."""
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def here(self, text: str) -> str:
        """A command or value with the image's data folder and port as they are here."""
        return re.sub(r"(?<![\w/])/data\b", str(self.root / "data"), text).replace(
            PORT, str(self.port)
        )

    def copy(self, words: list[str]) -> None:
        """Copies files and folders of the repository, as git knows them."""
        *sources, target = words
        for source in sources:
            assert source in let_in(), f".dockerignore shuts {source} out"
            if (ROOT / source).is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "*.sqlite*", ".env")
                shutil.copytree(ROOT / source, self.inside(target), ignore=ignore)
            else:
                shutil.copy(ROOT / source, self.inside(target))

    def start(self, command: list[str], given: Mapping[str, str]) -> subprocess.Popen[str]:
        """Starts a command of the image with these variables."""
        return subprocess.Popen(
            [self.here(word) for word in command],
            cwd=self.folder,
            env={**self.variables, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def try_out(trial: Trial, steps: list[Step]) -> Iterator[str]:
    """Starts the app as the image would; says what was seen.

    Raises:
        AssertionError: it is not as it should be.
    """
    (command,), (health,) = of("CMD", steps), of("HEALTHCHECK", steps)
    refused = trial.start(command.words, {})
    said, _ = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1 and "INTERVIEWER_PASSWORD" in said, said
    yield f"Without a password: {said.strip()}"

    given = {"INTERVIEWER_ALLOW_HOST": "localhost", "INTERVIEWER_PASSWORD": "a trial"}
    served = trial.start(command.words, given)
    try:
        until = time.monotonic() + PATIENCE
        while (look := trial.start(health.words, given)).wait() != 0:
            assert served.poll() is None and time.monotonic() < until, look.communicate()[0]
            time.sleep(1)
        yield "With a name and a password: healthy."
    finally:
        served.terminate()
        said, _ = served.communicate(timeout=PATIENCE)
    yield f"It said: {said.strip().splitlines()[0]}"
    kept = sorted(path.name for path in (trial.root / "data").iterdir())
    assert "interviews.sqlite" in kept, kept
    yield f"Kept in the volume: {', '.join(kept)}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def main() -> None:
    """Builds and starts it."""
    steps = read_steps()
    with tempfile.TemporaryDirectory(prefix="interviewer-image-") as folder:
        trial = Trial(Path(folder), free_port())
        trial.build(steps)
        for seen in try_out(trial, steps):
            print(seen, flush=True)


if __name__ == "__main__":
    main()
