# make run    starts the site with the demo edition        make test   runs everything that CI runs
# make help   lists the rest
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
RATUSZ_HOME ?= ./var
RATUSZ_DEMO ?= 1
export PORT RATUSZ_HOME
# pytest reads it: two processes are right for two cores.
PROCESSES ?= 2

.PHONY: help install run test bench lint format docs lock clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: ## make the environment in .venv, with ratusz in it
	@tools/install.sh "$(PYTHON)" "$(VENV)"

run: install ## start the site: PORT (8000), RATUSZ_HOME (./var), DATABASE_URL, RATUSZ_DEMO (1)
	@RATUSZ_DEMO=$(RATUSZ_DEMO) exec $(BIN)/ratusz serve

test: install ## run everything that CI runs
	@tools/test.sh "$(BIN)" "$(PROCESSES)"

bench: install ## measure speed and agreement, with a baseline beside each figure
	@$(BIN)/python -m benchmarks

lint: install ## check style, layers, templates, messages and the reference pages
	@tools/lint.sh "$(BIN)"

format: install ## let ruff mend what it can
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: install ## build the documentation into site/
	@$(BIN)/mkdocs build --strict --quiet && echo "Built site/index.html"

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements.lock

clean: ## remove what can be made again; var/ with your data stays
	@rm -rf $(VENV) site dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache var/test
	@find src -name '*.mo' -delete
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
