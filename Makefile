# Everything is installed into .venv; nothing but Python 3.11+ with venv, and make, has to be there before.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := bot ingest storage commands

.PHONY: help setup run demo test test-crash check lint golden bench bench-peers fuzz lock env-example clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.for-running ## install what the program needs

run: .venv/.for-running ## start the bot: SMTP on 127.0.0.1:2525, HTTP on 127.0.0.1:8080, a prompt here
	@$(BIN)/tlsrpt-bot run

demo: .venv/.for-running ## try it: 60 days of made-up history, reports that keep coming, and a prompt
	@$(BIN)/tlsrpt-bot demo

test: .venv/.for-developing ## run the whole test suite
	@$(BIN)/pytest -q -n auto

test-crash: .venv/.for-developing ## kill the bot 50 times while mails pour in: nothing lost, nothing twice
	@CRASHES=50 $(BIN)/pytest -q -p no:xdist tests/program/test_crash.py

check: lint ## lint, format, types, layers, tests
	@$(MAKE) --no-print-directory test

lint: .venv/.for-developing ## lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: .venv/.for-developing ## many more made-up inputs than `make test` tries
	@HYPOTHESIS_PROFILE=long $(BIN)/pytest -q -n auto tests/fuzz tests/unit

golden: .venv/.for-developing ## write what people see anew (tests/golden, docs/commands.md); read the diff
	@$(BIN)/python -m tests.write_golden

bench: .venv/.for-developing ## speed, as ratios within one run
	@$(BIN)/python -m benchmarks

bench-peers: .venv/.for-developing ## install parsedmarc beside, so that `make bench` can compare
	@$(PYTHON) -m venv .venv-peers && .venv-peers/bin/pip install -q --disable-pip-version-check \
		--require-hashes -r requirements-peers.txt

env-example: .venv/.for-running ## write .env.example from the settings
	@$(BIN)/python -m bot.settings_example > .env.example

lock: ## pin the newest versions (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		pyproject.toml --group setup -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		pyproject.toml --group setup --group dev -c requirements.txt -o requirements-dev.txt

clean: ## take away everything that was installed or built
	rm -rf .venv .venv-peers build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "tlsrpt-bot needs Python 3.11 or newer as '$(PYTHON)'; name another one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Setting up .venv"
	@$(PYTHON) -m venv .venv

.venv/.for-running: .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing what the program needs"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.for-developing: .venv/.for-running requirements-dev.txt
	@echo "Installing what the tests need"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
