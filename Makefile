# The only door: people, pre-commit and CI call these targets. `make help` lists them.
PYTHON ?= python3
VENV := .local/venv
BIN := $(VENV)/bin
INSTALL := $(PYTHON) -m omsportal.supervisor.install
# A test run starts a hundred processes: what the first one compiles is kept for the others, even where a person or a
# container otherwise wants no bytecode.
KEEP_BYTECODE := PYTHONDONTWRITEBYTECODE=
# make test TESTS=tests/insurers runs a part
TESTS ?= tests
# Each has servers of its own. More than there are processors pays where tests wait for the clock.
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test test-all check format bench security screens lock clean manage dev chromium clamav nginx

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start the whole portal: PORT=8000 DATA_DIR=.local DATABASE_URL= REDIS_URL= DEMO=
	@$(PYTHON) -m omsportal.supervisor --follow-parent

test: dev chromium ## unit, integration, browser and quick fault tests: TESTS=tests/...
	@$(KEEP_BYTECODE) $(BIN)/python -m pytest -m "not slow" -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(TESTS)

test-all: dev chromium clamav nginx ## everything: all faults, widths and colour schemes
	@$(KEEP_BYTECODE) $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(TESTS)

check: dev ## format, lint, types, import contracts, migrations, translations, deployment settings, documents
	@$(KEEP_BYTECODE) $(BIN)/python -m omsportal.supervisor.check

format: dev ## put the code into its format and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: dev ## one JSON object a line: NAME=escalation SCALE=small|full
	@$(BIN)/python -m benchmarks

lock: dev ## pin requirements/*.in again, with hashes and without addresses
	@for name in base run dev helpdesk html schemathesis security locust; do \
	  $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	    requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-deps \
	  requirements/backup.in --output-file requirements/backup.txt

security: dev ## other people's attack tools against a running portal and a planted control (10 minutes)
	@$(BIN)/python -m security

screens: dev chromium ## docs/screens.md: a picture of every page of patients on a phone (3 minutes)
	@$(BIN)/python -m tests.journeys.screens

manage: ## a manage.py command on the data of `make run`: make manage ARGS="help"
	@$(BIN)/python -m omsportal.supervisor.manage $(ARGS)

clean: ## remove caches and collected static files; data and the virtual environment stay
	@rm -rf staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .local/tests
	@find . -name __pycache__ -type d -not -path './.local/*' -prune -exec rm -rf {} +

dev:
	@$(INSTALL) dev

chromium:
	@.ci/install /usr/bin/chromium chromium

# Only a program: the tests start a daemon of their own with their own signature, and need no signatures of others.
clamav:
	@.ci/install /usr/sbin/clamd clamav-daemon

nginx:
	@.ci/install /usr/sbin/nginx nginx-light
