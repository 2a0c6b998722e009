# Everything a developer types. `make setup` is implied; it is fast when nothing changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
STAMP := .venv/.setup-done
WORKERS ?= auto

.PHONY: help setup test check demo bench train-embedder wheel vsix generate format clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# Tests that drive a browser run in processes of their own; 5 is the word of pytest for none at all.
tests = { $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "$(1)" $(ARGS) || [ $$? = 5 ]; }

setup: $(STAMP) ## Make .venv with agentxd in it (uv where present, else venv and pip)

$(STAMP): pyproject.toml uv.lock scripts/constraints.txt scripts/setup
	scripts/setup
	@touch $(STAMP)

test: setup ## Run every test
	@$(call tests,not bench and not chromium) && found=0 || found=$$?; \
	$(call tests,chromium) && exit $$found

check: setup ## Lint, types, import contracts, generated files, tidy rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m agentxd_protocol.generate --check
	$(BIN)/python -m agentxd_cli.reference --check
	scripts/check-lock
	$(BIN)/pytest tests/tidy tests/protocol_package

demo: setup ## Show the whole main job on a bundled sample
	$(BIN)/agentxd demo

bench: setup ## Measure; prints and writes docs/benchmarks.md
	$(BIN)/python -m tests.bench $(ARGS)

TRAINING ?= /tmp/agentx-training

train-embedder: setup ## Make the embedder's table anew: fetches packages, needs apt, npm, an hour
	test -d $(TRAINING)/venv || $(BIN)/python -m venv $(TRAINING)/venv
	$(TRAINING)/venv/bin/python -m pip install --quiet torch==2.13.0 msgspec numpy pathspec \
	  tree-sitter tree-sitter-{go,javascript,php,python,ruby,rust,typescript}
	PYTHONPATH=server $(TRAINING)/venv/bin/python -m agentxd.plugins.embedders.training $(TRAINING) $(ARGS)

generate: setup ## Write everything that is generated from the protocol
	$(BIN)/python -m agentxd_protocol.generate --write
	$(BIN)/python -m agentxd_cli.reference --write

format: setup ## Format and fix what can be fixed mechanically
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

wheel: setup ## Build dist/*.whl
	scripts/build-wheel

vsix: ## Build dist/*.vsix, the VS Code extension
	scripts/build-vsix

clean: ## Remove what was made here
	rm -rf .venv dist build vscode-extension/dist vscode-extension/build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .work
	find server clients tests -name __pycache__ -type d -prune -exec rm -rf {} +
