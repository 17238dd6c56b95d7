# One word for each thing a developer does. Every target creates or refreshes its own .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOST ?= 127.0.0.1
PORT ?= 7860

.DEFAULT_GOAL := help
.PHONY: help install run test quick check format evals evals-full bench mutants lock chromium model

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# The lock's own hash is the stamp: touching a file re-installs nothing, changing the lock does.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if [ "$$(cat $(STAMP) 2>/dev/null)" != "$$(cat requirements.lock pyproject.toml | cksum)" ]; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . && \
	  cat requirements.lock pyproject.toml | cksum > $(STAMP); \
	else touch $(STAMP); fi

install: $(STAMP)  ## create .venv and install what requirements.lock pins

run: install  ## serve the app on http://127.0.0.1:7860 (HOST, PORT; ALLOW_HOST, ROOT_PATH)
	$(BIN)/interviewer serve --host $(HOST) --port $(PORT) $(addprefix --allow-host ,$(ALLOW_HOST)) $(addprefix --root-path ,$(ROOT_PATH))

test: install chromium model  ## run every test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder  # the slowest is not last

quick: install  ## the tests that need no browser, server or model, in about a minute
	$(BIN)/python -m pytest -q -n auto --dist worksteal --most 4 \
	  -m 'not browser and not llama and not server and not slow'

check: install  ## format, lint, types, layers, dependencies, content
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/deptry --optional-dependencies-dev-groups dev,evals,test interviewer
	$(BIN)/deptry .
	$(BIN)/python -m pytest -q tests/test_architecture.py  # runs import-linter
	$(BIN)/interviewer check --level polished

format: install  ## rewrite the code in the project's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

evals: install  ## measure the embedded brain, and compare it with the committed baseline
	$(BIN)/python -m evals

evals-full: evals  ## the same with each case held out, and with faults that must be caught
	$(BIN)/python -m evals scoring claims --held-out --out .evals/held-out --baseline evals/baselines/held-out
	$(BIN)/python -m evals.faults
	$(BIN)/python -m evals manipulation --brain obedient --out .evals/obedient
	INTERVIEWER_FULL_MATRIX=1 $(BIN)/python -m pytest -q -n auto tests/llm/test_matrix.py

mutants: install  ## change one line at a time and list what no test notices (slow)
	nice $(BIN)/python -m evals.mutants

bench: install  ## timings and memory, with the bounds they must meet
	$(BIN)/python -m evals.bench

chromium:  # browser tests drive Debian's Chromium; elsewhere any installed Chrome serves
	@sh tests/browser/install_chromium.sh

model: install  # tests/llama talks to a real server, which needs a small language model
	@sh tests/llama/install_model.sh $(BIN)/python

lock: install  ## resolve pyproject.toml again into requirements.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --all-extras pyproject.toml -o requirements.lock
