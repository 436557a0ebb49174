# `make` prints the menu: every target with what stands behind its ##.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)

menu:  ## this menu
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  make %-10s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

env:  ## make .venv with everything for working on the source (the package is installed so that changes count at once)
	python3 -m venv .venv
	.venv/bin/pip install --quiet --editable '.[dev]'

test: fast lint types  ## what to run before a commit: quick tests, lint, types

fast:  ## the quick tests (ROOM=encode/term for those of one room)
	$(PYTHON) -m pytest $(if $(ROOM),tests/$(ROOM))

slow:  ## the slow tests (ROOM=… as above)
	$(PYTHON) -m pytest -m slow $(if $(ROOM),tests/$(ROOM))

fuzz:  ## 2,000 random questions, every way to decide against enumeration
	LOGBITS_FUZZ=2000 $(PYTHON) -m pytest -m 'slow or not slow' tests/test_differential.py tests/test_random_questions.py

lint:  ## ruff, which also says how the source is to be formatted
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format:  ## format the source, and fix what ruff can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types:  ## basedpyright, on tests too
	$(PYTHON) -m basedpyright

faults:  ## are faults made by hand noticed? (FAULT=term-012, or a word of a file or text; all take hours)
	$(PYTHON) tests/faults/run.py $(FAULT)

mutate:  ## a sample of generated faults (SAMPLE=20)
	$(PYTHON) tests/faults/generate.py --sample $(or $(SAMPLE),20)

findings:  ## derive cases/FINDINGS.md again (hours)
	$(PYTHON) tests/findings.py

bench:  ## benchmarks (tests/bench/README.md)
	$(PYTHON) tests/bench/run.py
	$(PYTHON) tests/bench/rivals.py

ci:  ## everything that must hold, in a copy of what is committed
	.ci/run

.PHONY: menu env test fast slow fuzz lint format types faults mutate findings bench ci
