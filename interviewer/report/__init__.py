"""What comes out of an interview: one value, as JSON and as a document to read."""

from interviewer.report.json import to_json
from interviewer.report.markdown import to_markdown
from interviewer.report.result import SCHEMA_VERSION, Result, build_result

__all__ = ["SCHEMA_VERSION", "Result", "build_result", "to_json", "to_markdown"]
