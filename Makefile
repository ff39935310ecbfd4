# Duban: what people do here. `make` prints this list.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install -q --disable-pip-version-check
READY := $(VENV)/.ready
STAMP := $(VENV)/.stamp
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
SERVICES := tasks notify metrics gateway
# What is pure has every branch tested; what runs in threads is not traced, so it has tests of its own.
PURE := */domain*.py,*/domain/*.py,services/tasks/importer/*,services/tasks/checkup/*,shared/workdays.py
LONG := $(if $(FEEDS),86400,1800)

unexport PYTHONDONTWRITEBYTECODE  # Compiled once, not at every start.

.DEFAULT_GOAL := help
.PHONY: help setup run test e2e drill chaos bench check fmt lint types imports schemas dashboards migration lock env clean

help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
setup: $(STAMP) ## Build .venv with the duban command and the tools of development in it
run: $(READY) ## Run the whole system on embedded stores with the 2023 catalogue (Ctrl-C stops it)
	@exec $(BIN)/duban up $(ARGS)
env: $(READY) ## Write .env with random secrets for docker compose
	@$(BIN)/python -m deploy.env

##@ Test
test: setup ## Run the tests, with a real Valkey; ALL=1: with PostgreSQL, LibreOffice, Chromium, slow judges and coverage too
	@$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not e2e and not drill$(if $(ALL),, and not postgres and not office and not browser and not slow)" $(if $(ALL),--cov --cov-report=term) $(T)
e2e: setup ## Start the whole system and use it as people do
	@$(BIN)/pytest -m e2e -o timeout=900 $(T)
drill: setup ## The years of the 2023 plans and of the feeds, then June at an hour per second; DRILL_SPEED=n, SEED=n, FEEDS=n
	@$(BIN)/pytest -m drill -o timeout=$(LONG) -o faulthandler_timeout=$(LONG) tests/drill tests/notify/forecast
	@DRILL_SPEED=$(or $(DRILL_SPEED),3600) $(BIN)/pytest -o timeout=900 tests/e2e/test_drill.py
chaos: setup ## Kill every part at every step; KILLS=n SEED=n; writes var/chaos.json
	@$(BIN)/python -m tests.chaos
bench: setup ## Measure ours, the baseline and the ratio; appends to var/bench.jsonl; N=name; RATINGS=n; SHORT=1 only shows that it works
	@$(BIN)/python -m tests.bench $(N)

##@ Change
check: lint types imports ## All checks of the code, and that every branch of a decision is tested
	@$(MAKE) --no-print-directory test ALL=1
	@$(BIN)/coverage report --include='$(PURE)' --fail-under=100
fmt: setup ## Format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only -q .
lint: setup ## Format check and lint
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
types: setup ## mypy strict over code and tests
	@$(BIN)/mypy services shared deploy tests
imports: setup ## Who may import whom
	@$(BIN)/lint-imports
schemas: setup ## Export the contract: event schemas (refuses a breaking change), AsyncAPI, golden events, inner routes, our client
	@$(BIN)/python -m shared.events.schemas
	@$(BIN)/python -m deploy.contracts
dashboards: setup ## Write the JSON of Grafana's dashboards from deploy/grafana/boards
	@$(BIN)/python -m deploy.grafana
migration: setup ## Write a migration: make migration SERVICE=tasks M="what changes"
	@$(BIN)/python -m shared.migrations $(SERVICE) "$(M)"
lock: ## Pin the dependencies anew (needs uv)
	@uv pip compile --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --upgrade -q --python-version 3.11 pyproject.toml --group build -o deploy/requirements.txt
	@uv pip compile --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --upgrade -q --python-version 3.11 pyproject.toml --group build --group dev -o deploy/requirements-dev.txt
clean: ## Remove the virtual environment and what runs wrote
	@rm -rf $(VENV) var

$(READY): deploy/requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "duban: Python 3.11 or newer is needed (Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "duban: python venv is missing (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "duban: building $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r deploy/requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
$(STAMP): $(READY) deploy/requirements-dev.txt
	@echo "duban: adding what tests and checks need (once)"
	@$(PIP) --require-hashes -r deploy/requirements-dev.txt
	@touch $@
