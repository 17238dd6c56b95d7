"""What libraries would tell others of what happens here: switched off, in one place.

LangChain sends every prompt to LangSmith where a variable of the shell asks for it, and LangGraph
what it runs; Gradio, Chroma and Hugging Face count users. Nothing that is said here is theirs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

SWITCHES = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGSMITH_GATEWAY": "false",
    "LANGSMITH_OTEL_ENABLED": "false",
    "LANGSMITH_OTEL_ONLY": "false",
    "LANGSMITH_TEST_TRACKING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGCHAIN_OTEL_ENABLED": "false",
    "LANGCHAIN_OTEL_ONLY": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""Variables that libraries read, with the value that keeps them silent."""
LEFT_OUT = (
    "LANGCHAIN_TRACING",
    "LANGCHAIN_HANDLER",
    "LANGCHAIN_CALLBACKS_BG",
    "LANGSMITH_TRACING_MODE",
    "LANGCHAIN_TRACING_MODE",
    "LANGSMITH_RUNS_ENDPOINTS",
    "LANGCHAIN_RUNS_ENDPOINTS",
    "CHROMA_OTEL_COLLECTION_ENDPOINT",
    "CHROMA_OTEL_COLLECTION_HEADERS",
)
"""Variables that say where or how to tell; any value of some of them is an error by itself."""


def switch_off_telemetry(environ: MutableMapping[str, str] = os.environ) -> None:
    """Sets every switch that libraries read, before they are imported; keys stay where they are."""
    environ.update(SWITCHES)
    for name in LEFT_OUT:
        environ.pop(name, None)


@contextmanager
def untraced() -> Iterator[None]:
    """Nothing that LangChain runs meanwhile is traced, whatever it has read before.

    A program that uses this package may have imported LangChain, or switched tracing on, long
    before us.
    """
    from langsmith.run_helpers import tracing_context

    with tracing_context(enabled=False, parent=False):
        yield
