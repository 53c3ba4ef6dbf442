# Sunlit. `make run` opens the city on http://127.0.0.1:8000; `make test` runs the whole suite.
.DEFAULT_GOAL := help
.PHONY: help install run test check bench soak messages reference lock clean

export SUNLIT_HOME ?= $(CURDIR)/var
export PORT ?= 8000
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/sunlit

help: ## Say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## Create the environment and install what is pinned

$(VENV)/.installed: requirements/dev.txt requirements/base.txt pyproject.toml
	@bin/needs
	@echo "· creating the Python environment"
	@$(PYTHON) -m venv $(VENV)
	@echo "· installing pinned packages (a minute or so)"
	@$(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(VENV)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: install ## Prepare the demo city and serve it
	@echo "· preparing the instance in $(SUNLIT_HOME)"
	@$(RUN) init
	@$(RUN) plan apply plans/suining --if-new
	@$(RUN) demo load
	@$(RUN) demo welcome
	@SUNLIT_DEMO=1 exec $(RUN) serve

test: install ## Run every test: SQLite, then PostgreSQL and Chromium where they are found
	@bin/test

check: install ## Format, lint, types, imports, migrations, translations, licences
	@bin/check

bench: install ## Measure against named references; ONLY=name runs one
	@bin/bench $(ONLY)

soak: install ## Kills, races and load (up to 40 minutes)
	@bin/test soak

messages: install ## Collect interface texts and refresh the catalogues
	@$(VENV)/bin/python -m sunlit.screens.messages update

reference: install ## Write docs/plans anew from the plans
	@for plan in plans/*/; do $(RUN) plan describe $$plan --to docs/plans/$$(basename $$plan); done

lock: ## Pin requirements anew
	@bin/lock

clean: ## Remove the environment, caches and the demo instance
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
