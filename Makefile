# Two commands do everything: `make review` and `make test`.
# Each makes the environment it needs in .venv; nothing else on the machine is touched.

# The first Python that runs and is new enough (a command by that name need not run).
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: review test format bench lab formulas katex oldest long-review picture anki-versions anki-desktop anki-connect dev clean help

help:  ## Show these lines
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 15

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

formulas: dev  ## Compile the decks' formulas and the documented subset with KaTeX and MathJax (needs npm)
	cd tests/formulas && npm install --no-fund --no-audit --no-package-lock --silent
	{ $(BIN)/python tests/formulas/extract.py && $(BIN)/python -m tests.formulas.generate; } \
		| node tests/formulas/compile.mjs

oldest: dev  ## Run the tests with the oldest dependencies that are declared
	$(BIN)/python -m venv --clear .venv/oldest
	$(PIP) install uv
	$(BIN)/uv pip install --quiet --python .venv/oldest/bin/python --resolution lowest-direct -e '.[dev]'
	.venv/oldest/bin/python -m pytest -q

KATEX := 0.16.47
VENDORED := $(CURDIR)/mlready/terminal/typeset/katex

katex:  ## Fetch the KaTeX again that pages carry (needs npm)
	rm -rf build/katex && mkdir -p build/katex $(VENDORED)/fonts
	cd build/katex && npm pack --silent katex@$(KATEX) && tar -xzf katex-$(KATEX).tgz
	cd build/katex/package && cp LICENSE dist/katex.min.js dist/katex.min.css \
		dist/contrib/auto-render.min.js $(VENDORED)/
	cp build/katex/package/dist/fonts/*.woff2 $(VENDORED)/fonts/

long-review: dev  ## Press keys for ten minutes, twenty a second, and look that nothing is lost
	$(BIN)/python -m tests.key_storm --minutes 10

picture: dev  ## Make the README's picture again, from a real terminal
	$(BIN)/python docs/pictures/draw_review.py

# The versions of Anki that packages are held against; each has an environment of its own.
ANKI_VERSIONS := 23.12.1 24.11 25.2.7 25.9.2 26.9.3
ANKI := $(VENV)/anki
SHIPPED := $(CURDIR)/$(ANKI)/shipped

ANKI_ENVIRONMENTS := $(ANKI_VERSIONS:%=$(ANKI)/%/.installed) $(ANKI)/clock/.installed

anki-versions: dev $(ANKI_ENVIRONMENTS)  ## Hold packages against several versions of Anki (Linux)
	ANKI_VERSIONS="$(ANKI_VERSIONS)" $(BIN)/python -m pytest -q -n 2 --dist loadgroup tests/anki_versions

# Debian has the screen and the typeface: xvfb libnss3 libasound2 libegl1 libxcb-cursor0
# libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0
# libxcb-xinerama0 libxkbcommon-x11-0 libxkbfile1 fonts-inter
anki-desktop: dev $(ANKI)/desktop/.installed  ## Take the README's pictures of a card again, in the real Anki (needs Xvfb)
	rm -rf $(SHIPPED) && mkdir -p $(SHIPPED) && cp -R decks/ml-research-readiness $(SHIPPED)/deck
	MLREADY_HOME=$(SHIPPED) $(BIN)/mlready export $(SHIPPED)/deck.apkg --deck $(SHIPPED)/deck
	xvfb-run -a -s '-screen 0 2400x2600x24' $(ANKI)/desktop/bin/python \
		docs/pictures/draw_card.py $(SHIPPED)/deck.apkg docs/pictures

# AnkiConnect's protocol as others wrote it, on the real backend; it wants a newer Python than we do.
NEWER := $(shell for p in python3.14 python3.13 python3.12; do \
	$$p -c '' 2>/dev/null && echo $$p && break; done)

anki-connect: dev  ## Hold the live sync against anki-connect-server (needs Python 3.12)
	@test -n "$(NEWER)" || { echo "anki-connect-server needs Python 3.12 or newer" >&2; exit 1; }
	$(PIP) install uv
	$(BIN)/uv venv --quiet --clear --python $(NEWER) $(ANKI)/connect
	$(BIN)/uv pip install --quiet --python $(ANKI)/connect/bin/python anki-connect-server==0.5.0 httpx
	ANKI_CONNECT_SERVER=$(ANKI)/connect/bin/anki-connect-server \
		$(BIN)/python -m pytest -q tests/test_anki_connect_server.py

$(ANKI)/clock/.installed: REQUIREMENT := libfaketime==3.0.1
$(ANKI)/desktop/.installed: REQUIREMENT := aqt[qt6]==$(lastword $(ANKI_VERSIONS))
$(ANKI)/%/.installed: REQUIREMENT = anki==$*

$(ANKI)/%/.installed: | $(VENV)/.installed-dev
	@$(PIP) install uv
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	@$(BIN)/uv pip install --quiet --python $(@D)/bin/python '$(REQUIREMENT)'
	@touch $@

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
