"""The shipped scripted transcripts, played."""

from __future__ import annotations

import asyncio
import pickle
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from interviewer.core.paths import Places
from interviewer.reports import Result
from interviewer.simulation.player import Played, load_script, play

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "evals" / "transcripts"
SHIPPED = sorted(path.stem for path in TRANSCRIPTS.glob("*.yaml"))


class Plays(Mapping[str, Played]):
    """What became of each shipped script; each is played once, when it is first asked for."""

    def __init__(self, places: Places, folder: Path) -> None:
        self._places = places
        self._folder = folder
        self._known: dict[str, Played] = {}

    def __getitem__(self, name: str) -> Played:
        if name not in self._known:
            self._known[name] = self._kept(name)
        return self._known[name]

    def _kept(self, name: str) -> Played:
        """What another process of this test run has played already, else played now."""
        file = self._folder / f"{name}.pickle"
        if file.exists():
            known: Played = pickle.loads(file.read_bytes())
            return known
        played = play_script(name, self._places)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as whole:
            whole.write(pickle.dumps(played))
        Path(whole.name).replace(file)
        return played

    def __iter__(self) -> Iterator[str]:
        return iter(SHIPPED)

    def __len__(self) -> int:
        return len(SHIPPED)


class Results(Mapping[str, Result]):
    """The results alone."""

    def __init__(self, plays: Plays) -> None:
        self._plays = plays

    def __getitem__(self, name: str) -> Result:
        return self._plays[name].result

    def __iter__(self) -> Iterator[str]:
        return iter(self._plays)

    def __len__(self) -> int:
        return len(self._plays)


def play_script(name: str, places: Places) -> Played:
    """What became of one script."""
    return asyncio.run(play(load_script(TRANSCRIPTS / f"{name}.yaml"), places))
