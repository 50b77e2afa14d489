# On a fresh machine Python 3.11 or newer and make are enough. Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
SIZE ?=
WALKS ?= 5000
SEED ?= 1000
PASSES ?= 100
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt

.PHONY: demo test test-servers soak lint docs bench schemas constraints clean

demo: $(VENV)/.demo
	$(BIN)/syncd demo $(if $(GOOGLE),--google)

test: $(VENV)/.dev
	$(BIN)/pytest -n auto --dist worksteal -m "not wider" $(PYTEST_ARGS)

# Tests against servers and programs from Debian: installs them as root, skips with the reason otherwise.
# They wait for servers more than they compute, so four run at a time. After each diary a hundred further passes must
# change nothing; with fewer (make test-servers PASSES=10) diaries are played on servers that `make test` has not.
test-servers: $(VENV)/.dev
	tests/servers/install.sh
	DIARY_PASSES=$(PASSES) $(BIN)/pytest -n 4 --dist worksteal -m wider $(PYTEST_ARGS)

# Random lives of absences against every promise of docs/promises.md: make soak WALKS=20000 SEED=7
soak: $(VENV)/.dev
	$(BIN)/python -m tests.walk --walks $(WALKS) --seed $(SEED)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict syncd connectors tests
	$(BIN)/python -m tests.docs
	$(BIN)/lint-imports

# Parts of pages that are read off the code, written anew; then everything that the pages say is checked
docs: $(VENV)/.dev
	$(BIN)/python -m tests.docs --write

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(SIZE)

# The JSON Schemas beside the examples in config/
schemas: $(VENV)/.dev
	$(BIN)/syncd schemas config/schema

# New pins for everything: the newest versions that pyproject.toml allows
constraints:
	rm -rf build/pins
	$(PYTHON) -m venv build/pins
	build/pins/bin/pip install --quiet '.[dev]'
	build/pins/bin/pip freeze --exclude syncd > constraints.txt
	rm -rf build/pins

clean:
	rm -rf $(VENV) build dist demo-output

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "syncd needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(PINS) | $(BIN)/python
	$(BIN)/pip install --quiet -c constraints.txt -e '.[demo]'
	@touch $@

# The extra `dev` holds the extra `demo`.
$(VENV)/.dev: $(PINS) | $(BIN)/python
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.demo $@
