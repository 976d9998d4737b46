# Everything starts here; each target sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/ready: packaging/requirements.lock pyproject.toml $(wildcard plugins/*/pyproject.toml)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r packaging/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat -e . $(addprefix -e ./,$(wildcard plugins/*))
	touch $@

.PHONY: setup
setup: $(VENV)/ready ## virtual environment with locked dependencies

.PHONY: lock
lock: $(VENV)/ready ## write packaging/requirements.lock anew
	packaging/lock.sh
