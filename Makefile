# Everything installs below this folder or into the user's cache folder, but for the
# browser of test-portal; a second run finds it there. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLOORS := .venv-floors
CLIENTS := .venv-clients
# A venv of another Python is made anew; without a PYTHON any that is there will do.
ifneq ($(filter command environment,$(origin PYTHON)),)
ifneq ($(wildcard $(BIN)/python),)
version_of = $(shell $(1) -c 'import sys; print(sys.version.split()[0])')
ifneq ($(call version_of,$(BIN)/python),$(call version_of,$(PYTHON)))
.PHONY: $(VENV)/installed
endif
endif
endif
# Without Go it is left out here, and found by CI.
ACTIONLINT := $(if $(shell command -v go),$(BIN)/actionlint)
# A file's tests share what they deploy, so that a worker runs a whole file.
# WORKERS=0 shows what a test prints while it runs.
WORKERS ?= auto
# Importing their tests takes seconds.
OTHERS := clients engine portal
PYTEST = $(BIN)/pytest -q -n $(WORKERS) --dist loadscope $(if $(CI),--durations=20)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where Python keeps no bytecode, each worker compiles all tests in each run: 3 s.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup engine diff try sandbox portal live test lint test-python test-action \
	test-engine test-faults test-portal test-repeat test-floors test-clients browser site \
	bench picture screenshots mutants lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: $(VENV)/installed action/node_modules/installed ## Install Python and npm packages

# BASE=origin/main takes another commit; what is not committed counts as changed.
BASE ?= main
diff: setup ## Show what this checkout would change in a stack of BASE, on the sandbox
	@$(BIN)/python -m sandbox diff $(BASE)

try: setup ## Run the main job on the sandbox: deploy, log in, destroy
	@$(BIN)/python -m sandbox try

sandbox: setup ## Run the stand-ins of Auth0 and Zuplo until Ctrl-C
	@$(BIN)/python -m sandbox serve

portal: setup ## Show the developer portal on the sandbox until Ctrl-C
	@$(BIN)/python -m sandbox portal

# ARGS="--record FILE" writes what the services respond, without secrets.
live: setup ## Try on real accounts what the code assumes of Auth0 and Zuplo
	@$(BIN)/python -m contract $(ARGS)

engine: setup ## Find the Pulumi engine, or build it
	@$(BIN)/python -m sandbox engine

test: setup engine ## Run all checks and tests
	@for part in lint test-python test-action test-engine; do \
		start=$$(date +%s); $(MAKE) --no-print-directory $$part || exit; \
		took="$$took  make $$part: $$(( $$(date +%s) - start )) s\n"; \
	done; printf "$$took"

lint: setup $(ACTIONLINT) ## Check style, types, import rules, words and workflows
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy --no-error-summary
	@for program in examples/*/__main__.py; do \
		$(BIN)/mypy --no-error-summary $$program || exit 1; \
	done
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/pytest -q tests/documents/test_words.py tests/documents/test_message_words.py \
		tests/documents/test_code_words.py
	$(BIN)/zizmor --quiet --offline --no-progress --pedantic .github
	@# Without shellcheck it says the same on every machine.
	@$(if $(ACTIONLINT),$(ACTIONLINT) -shellcheck= -pyflakes=,echo "actionlint is left out: it needs Go")

test-python: setup ## Run the Python tests that need no engine
	$(PYTEST) $(OTHERS:%=--ignore=tests/%)

test-action: setup ## Run the Action's Node tests
	@npm test --silent --prefix action

test-engine: engine ## Run the tests on the real Pulumi engine
	$(PYTEST) tests/engine

test-faults: engine ## Let each call fail in turn, and in pairs; kill the engine at each
	$(PYTEST) --dist worksteal -m faults tests/engine

site: setup # Building it would count against the first test's time limit.
	@$(BIN)/python -m sandbox site

test-portal: engine browser site ## Drive the developer portal in a real browser
	$(BIN)/pytest -q tests/portal

N ?= 10
test-repeat: engine browser site ## Run the engine's and portal's tests N times; count what failed
	@log=$$(mktemp); trap 'rm $$log' EXIT; for run in $$(seq $(N)); do \
		{ $(PYTEST) tests/engine tests/portal || echo "Run $$run ended with $$?"; } | \
			tee -a $$log | tail -2; \
	done; grep -E '^(FAILED|ERROR) ' $$log | sed 's/ - .*//' | sort | uniq -c | sort -rn; \
	! grep -qE 'Run [0-9]+ ended with' $$log && echo "No test failed in $(N) runs"

test-floors: $(FLOORS)/installed engine ## Test with the oldest packages that pyproject.toml allows
	$(FLOORS)/bin/pytest -q $(OTHERS:%=--ignore=tests/%)
	$(FLOORS)/bin/pytest -q tests/engine/test_deployment.py

test-clients: setup $(CLIENTS)/installed tests/clients/node_modules/installed ## Run other clients of Auth0 on the sandbox
	$(PYTEST) -m clients tests/clients

bench: engine ## Measure what logins and deployments cost (16 minutes)
	@action/node_modules/.bin/node action/bench/main.js
	@$(BIN)/python -m sandbox.commands.bench

picture: setup ## Renew the README's picture of make try
	@printed=$$($(BIN)/python -m sandbox try) && \
		echo "$$printed" | $(BIN)/python -m sandbox.commands.picture docs/images/try.svg

screenshots: engine browser site ## Renew the documents' pictures of the portal
	@$(BIN)/pytest -q tests/portal --screenshots docs/images

browser: # The tests find it on PATH by the same names.
	@for name in chromium google-chrome; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium (a minute, once) ..."; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; \
	else \
		echo "Chromium or Chrome is needed; on Debian: apt-get install chromium"; exit 1; \
	fi >&2

# RANGE=40-60 takes these lines of code.js only.
mutants: setup action/mutation/node_modules/installed ## Tell what no test of the Action notices
	@action/node_modules/.bin/node action/mutation/node_modules/@stryker-mutator/core/bin/stryker.js \
		run action/mutation/stryker.config.mjs

lock: setup ## Pin the newest allowed Python packages
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--no-header --no-annotate --generate-hashes --group dev \
		pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--no-header --no-annotate --constraint requirements.lock \
		pyproject.toml --output-file constraints.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--no-header --no-annotate --generate-hashes --group clients \
		--output-file tests/clients/requirements.lock

clean: ## Remove what was installed below this folder
	rm -rf $(VENV) $(FLOORS) $(CLIENTS) action/node_modules action/mutation/node_modules \
		tests/clients/node_modules dist .mypy_cache .pytest_cache .ruff_cache

# pip refuses hashes beside an editable install, so the project goes in by itself.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11"; exit 1; }
	@echo "Installing Python packages (a minute, once) ..."; start=$$(date +%s); \
	$(PYTHON) -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . && \
	touch $@ && echo "  done in $$(( $$(date +%s) - start )) s"

$(FLOORS)/installed: requirements.lock pyproject.toml $(VENV)/installed
	@echo "Installing the oldest packages that are allowed (seconds, once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(FLOORS)
	@$(BIN)/uv pip install --quiet --python $(FLOORS) --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(FLOORS) --upgrade --resolution lowest-direct \
		--no-build-isolation --editable .
	@touch $@

$(CLIENTS)/installed: tests/clients/requirements.lock $(VENV)/installed
	@echo "Installing other clients of Auth0 (seconds, once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(CLIENTS)
	@$(BIN)/uv pip install --quiet --python $(CLIENTS) --require-hashes -r tests/clients/requirements.lock
	@touch $@

action/node_modules/installed: action/package-lock.json action/package.json
	@command -v npm >/dev/null || { echo "Node 20 or newer is needed, with npm"; exit 1; }
	@echo "Installing npm packages (seconds, once) ..."; start=$$(date +%s); \
	npm ci --silent --prefix action && \
	touch $@ && echo "  done in $$(( $$(date +%s) - start )) s"

action/mutation/node_modules/installed: action/mutation/package-lock.json action/mutation/package.json
	@echo "Installing npm packages of the mutation check (seconds, once) ..."
	@npm ci --silent --prefix action/mutation && touch $@

tests/clients/node_modules/installed: tests/clients/package-lock.json tests/clients/package.json
	@echo "Installing npm packages of other clients of Auth0 (seconds, once) ..."
	@npm ci --silent --ignore-scripts --prefix tests/clients && touch $@

$(BIN)/actionlint: .github/actionlint/go.mod .github/actionlint/go.sum | $(VENV)/installed
	@echo "Building actionlint (seconds, once) ..."
	@GOWORK=off go build -C .github/actionlint -o $(abspath $@) \
		github.com/rhysd/actionlint/cmd/actionlint
