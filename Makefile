# broadsheet: the targets a user needs are `make run` and `make test`; `make help` lists all.
SHELL := /bin/sh
TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
VENV := $(TOP)/.venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
# The first of these that is 3.11 to 3.13; name your own with `make PYTHON3=/path/to/python3.12`.
PYTHON3 ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& { command -v $$p; break; }; done)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install run test lint types layers generated lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(TOP)/Makefile

install: $(READY) ## .venv from the lock file

# Made again when the lock changes; a half-made .venv is never taken for a whole one. The lock is
# whole, so pip resolves nothing: before 23.3 it looks for sqlalchemy[asyncio] beyond sqlalchemy's pin.
$(READY): $(TOP)/requirements.lock $(TOP)/pyproject.toml
	@if [ -z "$(PYTHON3)" ]; then \
	  echo "broadsheet needs Python 3.11 to 3.13 with the venv module (Debian: apt-get install python3-venv)"; \
	  exit 2; fi
	@echo "Making $(VENV) with $(PYTHON3) (a minute and a half the first time)"
	@rm -f $(READY)
	@[ -x $(PYTHON) ] && $(PYTHON) -c 'import pip' 2>/dev/null || { rm -rf $(VENV); $(PYTHON3) -m venv $(VENV); }
	@$(PYTHON) -m pip install --quiet --no-deps --require-hashes -r $(TOP)/requirements.lock
	@cd $(TOP) && $(PYTHON) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

run: $(READY) ## the sample through the whole pipeline into data/lake
	@cd $(TOP) && $(VENV)/bin/broadsheet ingest data/sample --lake data/lake

test: $(READY) ## the tests
	@cd $(TOP) && $(PYTHON) -m pytest

lint: $(READY) ## ruff, formatting included
	@cd $(TOP) && $(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

types: $(READY) ## mypy, strict
	@cd $(TOP) && $(VENV)/bin/mypy

layers: $(READY) ## who may import whom
	@cd $(TOP) && $(VENV)/bin/lint-imports

generated: $(READY) ## generated files are what their sources give
	@cd $(TOP) && $(PYTHON) -m schemas.dictionary --check
	@cd $(TOP) && $(PYTHON) -m flows.parse.profile_schema --check

lock: ## requirements.lock from pyproject.toml (needs uv; pins move only on purpose)
	@cd $(TOP) && uv lock && uv export --locked --no-emit-project --no-header \
	  --format requirements-txt --output-file requirements.lock --quiet

clean: ## forget .venv, caches and data/lake
	@rm -rf $(VENV) $(TOP)/data/lake $(TOP)/.pytest_cache $(TOP)/.mypy_cache $(TOP)/.ruff_cache
