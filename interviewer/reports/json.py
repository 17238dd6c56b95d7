"""A result as JSON text."""

from __future__ import annotations

import json

from interviewer.results.result import Result


def to_json(result: Result) -> str:
    """The result as JSON: keys in the order of the schema, two spaces of indentation."""
    return json.dumps(result.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
