# Toàn Cảnh: everything a person needs is `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

DATA    := .data
BIN     := .venv/bin
STAMPS  := $(DATA)/stamps
PYTHON  ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c "import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" 2>/dev/null && echo $$p && break; done)
SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print)

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help run test check bench conformance web docs clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(STAMPS)/system $(STAMPS)/python $(STAMPS)/web ## Start everything: http://127.0.0.1:8000 (PORT=, PROVINCE=20 or all)
	@exec $(BIN)/toancanh up

test: $(STAMPS)/system $(STAMPS)/browser $(STAMPS)/python $(STAMPS)/web ## Run every test
	@$(BIN)/pytest --numprocesses=2 --dist=loadfile $(ARGS)

check: $(STAMPS)/python $(STAMPS)/web ## Style, types and import direction
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && scripts/npm run --silent check

bench: $(STAMPS)/system $(STAMPS)/python $(STAMPS)/web ## Measure against floors and peers; writes docs/benchmarks.md
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

conformance: $(STAMPS)/python ## The official OGC suites against a running server (OF=, SUITES=); writes docs/conformance.md
	@OF="$(OF)" SUITES="$(SUITES)" $(BIN)/python scripts/conformance.py

web: $(STAMPS)/web ## Build the client

docs: $(STAMPS)/python ## Make the generated pages of docs/ anew
	@$(BIN)/python -m services.manual

clean: ## Remove all that was made: environment, client build, database, caches
	@if [ -x $(BIN)/toancanh ]; then $(BIN)/toancanh clean || true; fi
	@rm -rf .venv $(DATA) web/node_modules web/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/system: scripts/system
	@scripts/system database
	@mkdir -p $(@D) && touch $@

$(STAMPS)/browser: scripts/system
	@scripts/system browser
	@mkdir -p $(@D) && touch $@

$(STAMPS)/python: requirements.lock pyproject.toml
	@echo "Cài thư viện Python …"
	@[ -n "$(PYTHON)" ] || { echo "Cần Python 3.11 đến 3.13." >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@mkdir -p $(@D) && touch $@

$(STAMPS)/npm: web/package.json web/package-lock.json $(STAMPS)/python
	@echo "Cài thư viện giao diện …"
	@scripts/npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

$(STAMPS)/web: $(SOURCES) $(STAMPS)/npm
	@echo "Dựng giao diện …"
	@scripts/npm run --silent build
	@mkdir -p $(@D) && touch $@
