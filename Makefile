# Two commands matter: `make rehearsal` and `make test`. Both set up what they need on a fresh machine:
# a Python venv from the pinned lock file, and toxiproxy-server (on the PATH, or built, or downloaded).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= kepahiang-2024
# what needs more than a venv, or more than a moment, has a target of its own
QUICK := not slow and not browser and not full and not contract
TOGETHER := -n auto --maxprocesses 4 --dist loadfile
LONGER := slow and not full and not long
SLOW := $(BIN)/python -m pytest

.PHONY: help setup tools rehearsal simulate test test-slow test-long test-full test-contract test-browser lint types docs docs-links bench reader lock clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("gladi needs Python 3.11 or newer: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

setup: $(VENV)/.ready tools  ## venv from the lock file, and toxiproxy-server
	@command -v gladi >/dev/null || echo 'gladi is ready; in every new terminal: export PATH="$(CURDIR)/$(BIN):$$PATH"'

tools:  ## toxiproxy-server 2.12.0 into .tools/bin, unless it is on the PATH
	@sh tools/toxiproxy.sh

rehearsal: setup  ## rehearse Kabupaten Kepahiang to a report and a verdict (about four minutes)
	$(BIN)/gladi rehearse $(SCENARIO)

simulate: setup  ## the same day against the twin (seconds)
	$(BIN)/gladi simulate $(SCENARIO)

test: setup  ## every test but the slow ones (under ten minutes on two cores)
	$(BIN)/python -m pytest $(TOGETHER) -m "$(QUICK) and not alone"
	$(BIN)/python -m pytest -m "$(QUICK) and alone"

test-long: setup  ## the longest, which CI has no time for: the tutorial with its live runs, four places' live forms, a cluster
	$(SLOW) -m "long"

test-slow: setup  ## the slow ones (about 45 minutes); many keep time, so what fails is tried once more
	$(SLOW) $(TOGETHER) -m "$(LONGER) and not alone" || $(SLOW) -m "$(LONGER) and not alone" --last-failed
	$(SLOW) -m "$(LONGER) and alone" || $(SLOW) -m "$(LONGER) and alone" --last-failed

test-full: setup  ## the full profile: nginx, redis-server, PostgreSQL, and an object store built with Go
	@sh tools/objects.sh
	$(BIN)/python -m pytest -m full

test-contract: setup  ## the API against its OpenAPI document, as every role (about two minutes)
	$(BIN)/python -m pytest -m contract

test-browser: setup  ## the pages in a real browser (Chromium), and axe-core over them where npm can fetch it
	@sh tools/axe.sh || echo "without axe-core: our own checks of accessibility only" >&2
	$(BIN)/python -m pytest -m browser

lint: setup  ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## strict types
	$(BIN)/mypy

SPHINX := $(BIN)/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet

docs: setup  ## the manual as a site in docs/_build/html; warnings are errors, links inside are checked
	$(SPHINX) --fresh-env --builder html docs docs/_build/html
	@echo "docs/_build/html/index.html"

docs-links: setup  ## links of the manual to other people's pages (needs the network)
	$(SPHINX) --builder linkcheck docs docs/_build/links

READER_PHOTOS ?= runs/reader
HABITS := typical,unused-box-blank=0.15,zero-left-blank=0.15,ordinary-digits-on-dots=0.3,closed-four=0.2,barred-seven=0.2,hooked-one=0.2,left-aligned=0.05,leading-digit-added=0.05
READER_FORMS := $(BIN)/gladi forms --scenario kepahiang-2024 --mistakes $(HABITS)

reader: setup  ## teach the digit reader of the reference stack anew (about a quarter of an hour)
	$(READER_FORMS) --seed 1 --forms ppwp,dpd,kwk-gubernur,kwk-bupati --limit 110 --out $(READER_PHOTOS)/published
	$(READER_FORMS) --seed 2 --forms ppwp,dpd,kwk-gubernur,kwk-bupati --limit 60 --megapixels 3 --quality 80 \
	  --faults blurred=0.15,too-dark=0.1,photo-of-screen=0.1,upside-down=0.05 --out $(READER_PHOTOS)/faults
	$(READER_FORMS) --seed 3 --forms dpr,dprd-prov,dprd-kab --pages 1,2,7,20 --limit 50 --out $(READER_PHOTOS)/legislative
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m sirekap train-reader --seed 7 \
	  --photos $(READER_PHOTOS)/published $(READER_PHOTOS)/faults $(READER_PHOTOS)/legislative

bench: setup  ## the figures of BENCHMARKS.md
	$(BIN)/python -m tests.benchmarks

lock:  ## pin the dependencies of pyproject.toml anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --all-extras --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 pyproject.toml tools/build.in --output-file requirements.lock

clean:  ## remove runs and caches; the venv and tools stay
	rm -rf runs docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
