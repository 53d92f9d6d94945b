# Everything a newcomer needs: `make demo`, `make test`; before a change lands, `make check`. Each sets up its own virtual environment first.
# PYTHON chooses the interpreter (`make test PYTHON=python3.13`); every version gets an environment of its own.
PYTHON ?= python3
VENV ?= $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')))
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OUT ?= reports
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types listings docs bench smoke lock clean

help:  ## Show what can be made.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)  ## Create the virtual environment from the lock file.

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "bouton needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0])'
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "$(PYTHON) has no venv module: install it first (Debian: apt-get install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## Learn real data with the online SNMF circuit; write an HTML report.
	$(BIN)/bouton reproduce online-snmf --scale laptop --out $(OUT)

test: $(READY)  ## Run every law on every rule, circuit and estimator: some minutes.
	BOUTON_TEST_PROGRAMS=plain $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not thorough"

check: test  ## Run the thorough tests too: reproductions, benchmarks, browser, all checks of scikit-learn.
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "thorough or optimised"

lint: $(READY)  ## Check style.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)  ## Check types.
	$(BIN)/python tools/check_types.py

listings: $(READY)  ## Write anew what lists the package: the stub of its exports, the table of README.md.
	$(BIN)/python tools/write_listings.py

docs: $(READY)  ## Build the documentation, warnings as errors.
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

smoke: $(READY)  ## Run every reproduction at its smallest scale.
	$(BIN)/bouton reproduce all --scale smoke --out $(OUT)/smoke

bench: $(READY)  ## Measure against peers, side by side.
	$(BIN)/python -m benchmarks

lock:  ## Write requirements.lock anew (needs uv).
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 \
	  --no-annotate --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock --upgrade

clean:  ## Remove what was made.
	rm -rf .venv .venv-* benchmarks/.venv-pynsm benchmarks/.venv-brian2 docs/_build docs/gallery .cache .pytest_cache .hypothesis .ruff_cache
