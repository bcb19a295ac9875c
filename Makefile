# `make` lists the targets. Everything works from a bare checkout with Python >= 3.11, make and git.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
DEMO := data/demo
PORT := 8000
BOOTSTRAP = $(if $(PYTHON),$(PYTHON),$(error Python 3.11 or newer is needed)) tools/bootstrap.py
PYTEST = $(BIN)/pytest -q
# Compiled modules are kept whatever the machine asks for: every start is twice as quick.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo seed serve test check lint types arch messages compile format unit explore browser lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

setup: ## environment, Python and front-end packages, the command .venv/bin/zhian
	@$(BOOTSTRAP) setup

demo: seed ## everything from a bare checkout, then the site at http://127.0.0.1:8000
	@exec $(BIN)/zhian serve --data $(DEMO) --port $(PORT)

seed: setup ## a demo county with its incident in data/demo (once; remove the folder to begin anew)
	@$(BIN)/zhian seed --scale county --data $(DEMO)

serve: setup ## the site on data/demo as it stands
	@exec $(BIN)/zhian serve --data $(DEMO) --port $(PORT)

test: setup ## everything from a bare checkout: checks, all tests, coverage
	@$(MAKE) --silent --no-print-directory -j2 check compile
	@$(BOOTSTRAP) chromium
	@mkdir -p build
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=json:build/coverage.json \
	  --cov-report= --cov-fail-under=90
	@$(BIN)/python tools/branches.py build/coverage.json

check: lint types arch messages ## all checks that run no test of behaviour

lint: setup ## ruff (rules and format), djlint on templates
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --quiet --lint zhian

types: setup ## mypy --strict
	@$(BIN)/mypy

arch: setup ## the floors and the shape of rooms
	@$(BIN)/lint-imports

messages: setup ## every text in both languages (zhian messages update adds what is missing)
	@$(BIN)/python -m zhian.kernel.messages check

compile: setup ## machine code of the walks, once and not in every process that walks first
	@$(BIN)/zhian trace index compile > build/compile.log

format: setup ## let ruff format and mend what it can
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

unit: setup ## tests without the browser
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder -m 'not browser'

explore: setup ## properties with examples nobody has tried yet
	@$(PYTEST) -n 3 --dist loadfile -m hypothesis --hypothesis-profile=explore

browser: setup ## journeys in a real Chromium
	@$(BOOTSTRAP) chromium
	@$(PYTEST) -m browser

lock: setup ## compile requirements/*.in anew
	@$(BIN)/python tools/lock.py

clean: ## remove what setup and tests made (not the data folder)
	@rm -rf .venv .make build node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
