# Everything works in a fresh clone with python3.11, git and make: the first target builds .venv.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin

.PHONY: setup demo chat test fix check bench lock
.DEFAULT_GOAL := check

setup: .venv/ready

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "baocao needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@# Debian's python3 may come without venv's own pip: then any pip that is there will do.
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { $(PYTHON) -m venv --clear --without-pip .venv && \
		$(PYTHON) -m pip --python .venv/bin/python install --quiet pip; } || \
		{ echo "python3 has neither venv nor pip: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

demo: setup           ## the web chat with people to play, on http://127.0.0.1:$(PORT)
	PORT=$(PORT) $(BIN)/python -m bot demo

chat: setup           ## talk in the terminal
	$(BIN)/python -m bot chat

# Three at a time on two cores, for much of it waits; what measures time, or takes every core
# itself, runs alone.
test: setup           ## the whole suite and the conversation files
	$(BIN)/python -m pytest -n 3 --dist worksteal --durations 12 -m "not alone"
	$(BIN)/python -m pytest --durations 12 -m alone

fix: setup            ## format, and mend what ruff can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

check: setup          ## what .ci/run calls: format, lint, types, imports, tests, conversations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory test

bench: setup          ## one JSON line a benchmark, in bench/results.jsonl
	$(BIN)/python -m bench

lock: setup           ## write requirements.lock from pyproject.toml
	$(BIN)/python -m piptools compile --quiet --extra dev --strip-extras --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml
