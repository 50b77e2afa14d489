# On a fresh machine Python 3.11 or newer and make are enough. Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
SIZE ?=
WALKS ?= 5000
SEED ?= 1000
KILLS ?= 300
PASSES ?= 100
SHARE ?= 1
LATER ?=
WITHIN ?=
PYTEST_ARGS ?=
NAMES ?=
REHEARSAL ?=
# Extras that a service may need: requirements.txt holds them
SERVED ?= postgres notify workers
# One worker more than there are processors: some tests wait
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt
# Seconds after which no further test begins; each commit begins with other files
TIME = $(if $(WITHIN),--within=$(WITHIN) --turn=$(shell git rev-parse HEAD 2>/dev/null))
PYTEST = $(BIN)/pytest -n $(JOBS) --dist worksteal --durations=10 $(TIME)

# Tests start hundreds of processes; without bytecode each of them would compile syncd anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-servers soak soak-tests kills lives mutants lint docs bench bench-scale panel schemas constraints hashes release clean

demo: $(VENV)/.demo
	@echo "The main job, played on servers that start and end with it:"
	$(BIN)/syncd demo $(if $(GOOGLE),--google)

# Every kind of check. Of what is slow (whole programs, diaries, practices) every third test, with LATER=yes all of them,
# with LATER=only just the others; of diaries two in three, each in one world; of random lives and practices a first
# portion.
test: $(VENV)/.dev
	@echo "Every kind of check, on servers from the package index: about six minutes on two idle cores"
	$(PYTEST) -m "not wider and not long$(if $(LATER),$(if $(filter only,$(LATER)), and later), and not later)" $(PYTEST_ARGS)

# Tests against servers and programs from Debian: installs them as root, skips with the reason otherwise.
# They wait for servers more than they compute, so four run at a time. After each diary a hundred further passes must
# change nothing; with fewer (make test-servers PASSES=10) diaries are played on servers that the other runs have not.
test-servers: $(VENV)/.dev
	@echo "Servers and programs from the system's packages are installed, then tested against"
	tests/servers/install.sh
	DIARY_PASSES=$(PASSES) $(BIN)/pytest -n 4 --dist worksteal $(TIME) -m wider $(PYTEST_ARGS)

# The long run: each diary in all worlds of the package index, all portions of practices; of these one test in so many,
# always the same ones, with SHARE=3; then the real process is killed so many times (KILLS), at a call of its own choosing
# each, and any number of further lives are held against every promise of docs/promises.md: make soak WALKS=10000 SEED=7
soak: soak-tests kills lives

soak-tests: $(VENV)/.dev
	@echo "What the short run left out: one test in $(SHARE)"
	$(PYTEST) -m "long and not wider" --share $(SHARE) $(PYTEST_ARGS)

kills: $(VENV)/.dev
	$(BIN)/python -m tests.whole.kills --kills $(KILLS) --seed $(SEED)

lives: $(VENV)/.dev
	@echo "$(WALKS) random lives from seed $(SEED) on"
	$(BIN)/python -m tests.walk --walks $(WALKS) --seed $(SEED)

# Bugs are planted one at a time in a copy of the tree; the tests that have to notice run. One: make mutants NAMES=one_hour_for_two
mutants: $(VENV)/.dev
	$(BIN)/python -m tests.mutants $(NAMES)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict syncd connectors tests release
	$(BIN)/python -m tests.docs
	$(BIN)/lint-imports

# Parts of pages that are read off the code, written anew; then everything that the pages say is checked
docs: $(VENV)/.dev
	$(BIN)/python -m tests.docs --write

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(SIZE)

# Looks in which nothing has happened, at 1, 10 and 100 accounts: CPU time against bare requests, and how it grows; and
# from leave to holds in calendars that are a tenth of a second away; and a first read of a large calendar against what
# the libraries take for the same bytes
bench-scale: $(VENV)/.dev
	$(BIN)/python -m tests.bench.idle
	$(BIN)/python -m tests.bench.blocked
	$(BIN)/python -m tests.bench.cold

# Generated practices, planned and judged by rules in words: make panel SEED=7. Another seed, other practices
panel: $(VENV)/.dev
	$(BIN)/python -m tests.panel --jobs 2 --seed $(if $(filter command line environment,$(origin SEED)),$(SEED),1)

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
	$(MAKE) hashes

# The same versions with the hashes of all their files, for a machine that serves: requirements.txt
hashes:
	rm -rf build/hashes
	$(PYTHON) -m venv build/hashes
	build/hashes/bin/pip install --quiet uv
	build/hashes/bin/uv pip compile --quiet pyproject.toml $(addprefix --extra ,$(SERVED)) --constraint constraints.txt \
		--generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --output-file requirements.txt
	rm -rf build/hashes

# Wheel, source archive, bill of materials, pins and sums of a tagged commit, in dist/. Before the tag: make release REHEARSAL=yes
release: $(VENV)/.dev
	$(BIN)/python -m release $(if $(REHEARSAL),--rehearsal)

clean:
	rm -rf $(VENV) build dist demo-output

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "syncd needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "A virtual environment is made in $(VENV)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(PINS) | $(BIN)/python
	@echo "syncd and what the demo needs are installed into $(VENV): a minute or two"
	$(BIN)/pip install --quiet -c constraints.txt -e '.[demo]'
	@touch $@

# The extra `dev` holds the extra `demo`.
$(VENV)/.dev: $(PINS) | $(BIN)/python
	@echo "syncd and all tools of its tests are installed into $(VENV): a few minutes"
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.demo $@
