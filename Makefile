# Every target sets up what it needs; a fresh machine has to have only Python 3.11+ and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup demo test test-all check benchmarks clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "codeworld needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

setup: $(STAMP)  ## make .venv with everything needed to use, test and document codeworld

RULES := drop_five short_pig

demo: $(STAMP)  ## rules in plain words become verified environments, and are played
	mkdir -p build/demo
	for game in $(RULES); do \
	  $(BIN)/codeworld make examples/rules/$$game.md -o build/demo/$$game.py \
	    --folder build/demo/$$game && \
	  $(BIN)/python examples/demo.py build/demo/$$game.py || exit 1; \
	done

test: $(STAMP)  ## the tests, within ten minutes on two cores
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(STAMP)  ## all tests, the long oracle and torture runs included
	$(BIN)/python -m pytest -n 2

check: $(STAMP)  ## format, lint, types, docs, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(MAKE) test-all

benchmarks: $(STAMP)  ## the measurements of docs/benchmarks.md, made anew
	$(BIN)/python benchmarks/policy_speed.py
	$(BIN)/python benchmarks/environment_speed.py
	$(BIN)/python benchmarks/game_speed.py
	$(BIN)/python benchmarks/isolation_cost.py
	$(BIN)/python benchmarks/import_time.py
	$(BIN)/python benchmarks/mutation_score.py
	$(BIN)/python benchmarks/verification_cost.py
	$(BIN)/python benchmarks/reward_ranking.py --plot docs/images/reward_ranking.svg

clean:  ## remove everything that was made
	rm -rf $(VENV) build dist site .mypy_cache .pytest_cache .ruff_cache
