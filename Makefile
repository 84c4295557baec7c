# Two commands do everything: `make review` and `make test`.
# Each makes the environment it needs in .venv; nothing else on the machine is touched.

# The first Python that runs and is new enough (a command by that name need not run).
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: review test format bench lab formulas oldest picture dev clean help

help:  ## Show these lines
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

review: $(VENV)/.installed  ## Do today's reviews
	@$(BIN)/mlready review

test:  ## Run all that CI runs
	@bash .ci/run

format: dev  ## Format the code and mend what a linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: dev  ## Print every figure, as ratios measured in the same run
	$(BIN)/python -m benchmarks

lab: dev  ## Hold the scheduler against others on simulated learners (10 minutes)
	$(BIN)/python -m benchmarks.laboratory

formulas: dev  ## Compile every formula of the deck with KaTeX and MathJax (needs npm)
	cd tests/formulas && npm install --no-fund --no-audit --no-package-lock --silent
	$(BIN)/python tests/formulas/extract.py | node tests/formulas/compile.mjs

oldest: dev  ## Run the tests with the oldest dependencies that are declared
	$(BIN)/python -m venv --clear .venv/oldest
	$(PIP) install uv
	$(BIN)/uv pip install --quiet --python .venv/oldest/bin/python --resolution lowest-direct -e '.[dev]'
	.venv/oldest/bin/python -m pytest -q

picture: dev  ## Make the README's picture again, from a real terminal
	$(BIN)/python docs/pictures/draw_review.py

dev: $(VENV)/.installed-dev

clean:  ## Remove the environment and what tools left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "mlready needs Python 3.11 or newer; try: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making an environment in $(VENV) (once) ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing mlready ..." >&2
	@$(PIP) install -e . -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing mlready and its tools ..." >&2
	@$(PIP) install -e '.[dev]' -c constraints.txt
	@touch $@ $(VENV)/.installed
