"""Suite `retrieval`: whether a search of the study notes finds the passage that answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, TypeAdapter
from sklearn.metrics import ndcg_score

from evals.figures import Figure, Finding, Report, mean_of
from evals.subjects import Subject
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.cases.positions import read_yaml
from interviewer.core.paths import shipped
from interviewer.core.value import Value
from interviewer.retrieval.embedding import shared_model
from interviewer.retrieval.lexical import WordIndex
from interviewer.retrieval.notes import load_notes
from interviewer.retrieval.passages import Passage, cut

QUERIES = Path(__file__).parents[1] / "data" / "queries.yaml"
ASKS = "Does a search find the passage that answers?"
DEPTH = 10  # passages looked at
FIRST = 5  # of them, those that a person looks at


class Query(Value):
    """One labelled query."""

    id: str
    query: str
    kind: Literal["natural", "keywords", "plain", "mistake", "scenario"]
    relevant: tuple[str, ...] = Field(min_length=1, max_length=3)
    """Sources of the passages that answer it, best first."""


def tasks(_options: Options) -> list[Task]:
    """A task a query."""
    queries = TypeAdapter(tuple[Query, ...]).validate_python(read_yaml(QUERIES).value)
    return [Task(query.id, query.model_dump(mode="json")) for query in queries]


async def run(subject: Subject, query: dict[str, Any]) -> dict[str, Any]:
    """Sources found by the product and by two simpler ways, best first."""
    text = query["query"]
    subject.search(text, DEPTH)  # the first one opens the index
    started = time.perf_counter()
    found = subject.search(text, DEPTH)
    seconds = time.perf_counter() - started
    return {
        "found": _once(found),
        "bm25": _once(_by_words(text)),
        "vectors": _once(_by_vectors(text)),
        "seconds": seconds,
    }


def _once(sources: Sequence[str]) -> list[str]:
    """Each source where it comes first: a long section is cut into several passages."""
    return list(dict.fromkeys(sources))


@cache
def _passages() -> tuple[Passage, ...]:
    count = shared_model().wordpiece.count
    notes = load_notes([shipped("knowledge")]).notes
    return tuple(passage for note in notes for passage in cut(note, count))


@cache
def _words() -> WordIndex:
    passages = _passages()
    return WordIndex([str(at) for at in range(len(passages))], [p.embedded for p in passages])


def _by_words(query: str) -> list[str]:
    """The best passages by their words alone."""
    return [_passages()[int(at)].source for at in list(_words().ranks(query))[:DEPTH]]


@cache
def _vectors() -> Any:
    return shared_model().encode([passage.text for passage in _passages()])


def _by_vectors(query: str) -> list[str]:
    """The nearest bare passages, without their titles."""
    cosines = _vectors() @ shared_model().encode([query])[0]
    return [_passages()[at].source for at in np.argsort(-cosines, kind="stable")[:DEPTH]]


def summarise(rows: Sequence[Row]) -> Report:
    """Recall, hits, rank and gain of the product beside BM25 and bare vectors."""
    kinds = sorted({row.payload["kind"] for row in rows})
    missed = [row for row in rows if not _hit(row, "found", FIRST)]
    seconds = [row.outcome["seconds"] for row in rows]
    return Report(
        suite="retrieval",
        asks=ASKS,
        rests_on=(
            f"{len(rows)} queries with 1 to 3 relevant passages each, written and labelled by one "
            "machine labeller from the notes, not from what a search returned."
        ),
        figures=(
            *_figures("", "found", rows, better=True),
            *(fig for kind in kinds for fig in _of_kind(kind, rows)),
            *_figures("BM25: ", "bm25", rows, better=False),
            *_figures("bare vectors: ", "vectors", rows, better=False),
            Figure(
                name="p95 of a search, ms",
                value=round(1000 * float(np.percentile(seconds, 95)), 1),
                better="lower",
                of=len(rows),
                timing=True,
            ),
        ),
        findings=tuple(
            Finding(
                title=f"{row.key} {row.payload['kind']}",
                wanted=", ".join(row.payload["relevant"]),
                got=", ".join(row.outcome["found"][:3]),
                text=row.payload["query"],
            )
            for row in missed
        ),
    )


def _of_kind(kind: str, rows: Sequence[Row]) -> list[Figure]:
    own = [row for row in rows if row.payload["kind"] == kind]
    return [mean_of(f"{kind}: hit@{FIRST}", [_hit(row, "found", FIRST) for row in own])]


def _figures(prefix: str, way: str, rows: Sequence[Row], *, better: bool) -> list[Figure]:
    direction: Any = "higher" if better else None
    values = {
        f"recall@{FIRST}": [_recall(row, way) for row in rows],
        f"hit@{FIRST}": [_hit(row, way, FIRST) for row in rows],
        "MRR": [_reciprocal_rank(row, way) for row in rows],
        f"nDCG@{DEPTH}": [_gain(row, way) for row in rows],
    }
    return [mean_of(prefix + name, found, better=direction) for name, found in values.items()]


def _hit(row: Row, way: str, depth: int) -> float:
    return float(bool(set(row.outcome[way][:depth]) & set(row.payload["relevant"])))


def _recall(row: Row, way: str) -> float:
    relevant = set(row.payload["relevant"])
    return len(relevant & set(row.outcome[way][:FIRST])) / len(relevant)


def _reciprocal_rank(row: Row, way: str) -> float:
    places = (
        at for at, source in enumerate(row.outcome[way], 1) if source in row.payload["relevant"]
    )
    return 1.0 / next(places, float("inf"))


def _gain(row: Row, way: str) -> float:
    """Normalised discounted cumulative gain (Jarvelin and Kekalainen 2002), all relevant alike."""
    relevant = set(row.payload["relevant"])
    found = row.outcome[way][:DEPTH]
    found = [*found, *[""] * (DEPTH - len(found))]
    missed = sorted(relevant - set(found))
    truth = [float(source in relevant) for source in (*found, *missed)]
    order = [-float(at) for at in range(len(found))] + [-float(DEPTH + len(found))] * len(missed)
    return float(ndcg_score([truth], [order], k=DEPTH)) if len(truth) > 1 else truth[0]


SUITE = Suite("retrieval", tasks, run, summarise)
