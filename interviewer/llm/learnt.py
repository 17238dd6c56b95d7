"""What was learnt of models, kept in a file, so that no restart pays for it again.

The file holds addresses without their secrets, names of models and what they take: nothing that
anybody said. Whatever is wrong with it, it is only forgotten.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from interviewer.llm.abilities import Abilities

FILE = "endpoints.json"
MOST = 100  # models that are remembered
DAYS = 30  # until a model is tried afresh: servers are upgraded
_DAY = 86_400.0
_LONGEST = 200_000  # bytes of a file that is read

_FIELDS = {field.name for field in fields(Abilities)}
_READ = TypeAdapter(Abilities)


class Memory:
    """The file.

    Args:
        folder: where it lies.
        clock: seconds since the epoch.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._file, self._clock = folder / FILE, clock

    def recall(self, address: str, model: str) -> Abilities | None:
        """What is known of a model at an address; None where nothing is."""
        entry = self._read().get(_key(address, model))
        if not isinstance(entry, dict) or not isinstance(entry.get("at"), int | float):
            return None
        if not 0 <= self._clock() - entry["at"] <= DAYS * _DAY:
            return None
        try:
            return _READ.validate_python({k: v for k, v in entry.items() if k in _FIELDS})
        except ValidationError:
            return None

    def keep(self, address: str, model: str, abilities: Abilities) -> None:
        """Remembers it, in place of what is oldest where there is too much."""
        known = self._read()
        known[_key(address, model)] = {"at": int(self._clock()), **asdict(abilities)}
        latest = sorted(known.items(), key=lambda one: _age(one[1]), reverse=True)[:MOST]
        with suppress(OSError):
            self._write(json.dumps(dict(latest), indent=1))

    def _read(self) -> dict[str, Any]:
        try:
            with self._file.open("rb") as stream:
                known = json.loads(stream.read(_LONGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, text: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Made with mode 0600, and never seen half written.
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            os.replace(name, self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _key(address: str, model: str) -> str:
    return f"{model} at {address}"


def _age(entry: Any) -> float:
    at = entry.get("at") if isinstance(entry, dict) else None
    return float(at) if isinstance(at, int | float) else 0.0
