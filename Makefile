# Cellule. `make demo` and `make test` do all their own set-up: Python 3.11 or later with venv and pip is enough.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
UV := 0.13.9
PEER := tests/peers/js
LOOK := tests/look/js
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python that runs and is recent enough; `make setup PYTHON=/path/to/python` to choose.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

# Stamps carry the day of their lock: a set-up that is up to date costs nothing.
DEMO_READY := $(VENV)/.ready-demo
DEV_READY := $(VENV)/.ready-dev
PEER_READY := $(PEER)/node_modules/.ready
LOOK_READY := $(LOOK)/node_modules/.ready
# What packs a release lives apart, and is small: no test, no type checker, no homeserver.
PACK := build/pack
WHEEL_READY := $(PACK)/.ready-wheel
RELEASE_READY := $(PACK)/.ready-release
HAS_PEER := $(and $(shell command -v node),$(shell command -v npm),$(wildcard $(PEER)/package-lock.json))

.PHONY: help setup demo test test-long test-fast hostile chaos replicas coordinator mutants mutants-record check audit format docs site lock metadata look doors bench bench-long sbom wheel release clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(DEV_READY) $(if $(HAS_PEER),$(PEER_READY)) ## Make the environment for working on Cellule

demo: $(DEMO_READY) ## Try it: a homeserver, the bot and responders on this machine, nothing to configure
	@$(BIN)/cellule demo $(ARGS)

test: setup ## Run the tests and hold the coverage; ARGS="tests/core -x" runs some, without coverage
	@$(if $(HAS_PEER),,echo "Node.js is not here: the tests with the foreign client are skipped.")
	@mkdir -p build
	@$(if $(ARGS),$(BIN)/python -m pytest $(ARGS),$(all))

# Those that wait for servers leave the processor to those that do not: five at once, and what four of them said last.
FAST := not slow and not e2e and not peer
SLOW := not long and not ($(FAST))
# Folders and files of tests/.
ROOMS := matrix peers hostile
HOUSE := chaos demo docs door record store cli/test_checkup_login.py cli/test_machine.py host/test_systemd.py \
	papers/test_tables.py voice/test_third_language.py test_audit.py
PLAYS := e2e
# Two of the longest go beside them.
APART := e2e/test_flood.py e2e/test_weekend.py
# Those of the core and of the commands alone must reach every line and branch of these; counting takes three times as long.
COUNTED := core commands
# These follow it in the same process, so that all five end at about the same time.
AFTER := matrix service store voice
tests = $(BIN)/python -m pytest --durations=15 --durations-min=5 -m
of = $(addprefix tests/,$(1))
but = $(addprefix --ignore=tests/,$(1))
beside = $(1) > build/$(2).txt 2>&1 & $(2)=$$!
all = $(call beside,{ $(tests) "$(FAST)" $(call of,$(COUNTED)) --cov; first=$$?; $(tests) "$(FAST)" $(call of,$(AFTER)) && [ $$first -eq 0 ]; },counted); \
	$(call beside,$(tests) "$(FAST)" $(call but,$(COUNTED) $(AFTER)),fast); \
	$(call beside,$(tests) "$(SLOW)" $(call of,$(ROOMS)),rooms); \
	$(call beside,$(tests) "$(SLOW)" $(call of,$(HOUSE) $(APART)),house); \
	$(tests) "$(SLOW)" $(call of,$(PLAYS)) $(call but,$(APART)); code=$$?; \
	for part in $$rooms $$house $$counted $$fast; do wait $$part || code=1; done; \
	cat build/rooms.txt build/house.txt build/counted.txt build/fast.txt; [ $$code -eq 0 ]

test-long: setup ## Run the tests that take minutes of a real homeserver, and all that start a bot with its state in PostgreSQL
	@$(BIN)/python -m pytest -m long --no-cov $(ARGS)
	@CELLULE_TEST_DATABASE=1 $(BIN)/python -m pytest tests/e2e tests/matrix tests/chaos -m "$(SLOW)" --no-cov $(ARGS)

test-fast: $(DEV_READY) ## Run the tests that need no homeserver and no Node
	@$(BIN)/python -m pytest -m "$(FAST)" $(ARGS)

hostile: setup ## Play every attack and try 100,000 malformed inputs (an hour); CASES=5000 tries fewer, PROVE=1 plants bugs
	@mkdir -p build
	@$(if $(PROVE),$(prove),$(play))

play = HOSTILE_CASES=$(or $(CASES),100000) HOSTILE_FIGURES=build/hostile.json \
	nice $(BIN)/python -m pytest tests/hostile $(ARGS); code=$$?; cat build/hostile.json; exit $$code
# Each planted bug must be found by the test that plays its attack.
prove = HOSTILE_PROVE=1 nice $(BIN)/python -m pytest tests/hostile/planted -s --no-cov $(ARGS)

chaos: setup ## Kill the bot 500 times under load in bad weather (an hour); KILLS=50 fewer, SEED=7 by another chance, PROVE=1 tries its judge
	@mkdir -p build
	@CHAOS_KILLS=$(or $(KILLS),500) CHAOS_SEED=$(or $(SEED),20261124) CHAOS_KEPT_IN=build CHAOS_PROVE=$(PROVE) \
		nice $(BIN)/python -m pytest $(if $(PROVE),tests/chaos/test_proof.py,tests/chaos) -s --no-cov $(ARGS)

replicas: setup ## Kill the machine that speaks 100 times under load, with another beside the same database (an hour); KILLS=10 fewer
	@mkdir -p build
	@CHAOS_PAIR_KILLS=$(or $(KILLS),100) CHAOS_SEED=$(or $(SEED),20261124) CHAOS_KEPT_IN=build \
		nice $(BIN)/python -m pytest tests/chaos/test_pair.py tests/e2e/test_replicas.py -s --no-cov $(ARGS)

coordinator: setup ## Coordinate 300 firms and kill the bot in the middle of each act, play the trial of a coordinator again, draw a roll-up; FIRMS=20 fewer
	@mkdir -p build/coordinator
	@COORDINATOR_CASES=$(or $(CASES),200) COORDINATOR_FIRMS=$(or $(FIRMS),300) nice $(BIN)/python -m pytest tests/coordinator -s --no-cov $(ARGS)
	@COORDINATOR_FIRMS=$(or $(FIRMS),300) nice $(BIN)/python -m tests.coordinator.rollup

mutants: setup ## Make 300 small mistakes, one at a time, and see whether the tests notice (half an hour); ARGS="matrix/guard.py"
	@nice $(BIN)/python -m tests.mutation $(ARGS)

mutants-record: setup ## Change records in 100,000 ways and see that each of three verifiers finds each; CASES=1000 tries fewer
	@nice $(BIN)/python -m tests.record.mutations $(or $(CASES),100000) $(ARGS)

check: $(DEV_READY) ## Check format, lint, types, import contracts and spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -n auto bot tests bench
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell

audit: $(DEV_READY) ## Ask whether a weakness is known of any locked package
	@$(BIN)/python requirements/audit.py

format: $(DEV_READY) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV_READY) ## Write the generated parts of the documents: commands, clocks, the reference
	$(BIN)/python docs/generate.py

site: $(DEV_READY) ## Build the documents as a site into build/site; a dead link, or a page without a chapter, is a failure
	@$(BIN)/python docs/site.py
	@$(BIN)/zensical build --clean --strict

metadata: $(DEV_READY) ## Play an incident and write down what the homeserver keeps of it
	$(BIN)/python docs/metadata.py

look: setup ## Go through the door; see the rooms in Element Web, on a phone and on a desk, and measure them (seven minutes); PICTURES=1 renews docs/pictures
	@$(browser)
	@$(MAKE) --no-print-directory $(LOOK_READY)
	@nice $(BIN)/python -u -m tests.look --at-most 1 $(if $(PICTURES),--pictures) $(ARGS)
	@nice $(BIN)/python -u -m tests.look.door

doors: setup ## Send 67 people from a link to the first line that they read, each in a browser of their own (ten minutes); PEOPLE=5 fewer
	@$(browser)
	@$(MAKE) --no-print-directory $(LOOK_READY)
	@nice $(BIN)/python -m bench --long $(if $(PEOPLE),--turns $(PEOPLE)) doors

browser = command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get install -qy chromium; } || \
	{ echo "This needs Chromium (Debian: apt install chromium)."; exit 1; }

bench: $(DEV_READY) ## Measure, in under ten minutes; results go to bench/results
	$(BIN)/python -m bench $(ARGS)

bench-long: setup ## Measure all of it, with 1,200 rooms (an hour or more)
	@$(browser)
	@$(MAKE) --no-print-directory $(LOOK_READY)
	nice -n 5 $(BIN)/python -m bench --long $(ARGS)

sbom: $(RELEASE_READY) ## Write what Cellule is made of into build/, as CycloneDX
	@$(PACK)/bin/python requirements/sbom.py build

# Two builds of one commit are the same bytes.
export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 1764547200)
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

wheel: $(WHEEL_READY) ## Build the wheel into dist/ and see that the playbooks are in it; needs no other set-up
	@rm -rf dist build/wheel
	@$(PACK)/bin/python -m hatchling build -t wheel -d dist
	@$(in_the_wheel)

# Playbooks come in pairs, one a language.
in_the_wheel = $(PACK)/bin/python -m zipfile -e dist/*.whl build/wheel && cd build/wheel && ../../$(PACK)/bin/python -c 'from bot.host.shipped import playbooks_folder as f; \
	here = __import__("pathlib").Path("bot/playbooks").resolve(); \
	ids = [p.name for p in f().glob("*.en.md")]; assert f() == here and ids, f(); print(len(ids), "playbooks in the wheel")'

release: $(RELEASE_READY) ## Make all of a release in dist/, with its checksums; IMAGE=no leaves the image out
	@rm -rf dist build/wheel
	@$(PACK)/bin/python -m hatchling build -d dist
	@$(in_the_wheel)
	@$(PACK)/bin/python requirements/sbom.py dist
	@LC_ALL=C LANGUAGE= $(PACK)/bin/python requirements/manual.py dist
	@cp config.example.yaml requirements/runtime.txt requirements/lifeboat.txt dist/
	@tar --sort=name --mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 --numeric-owner \
		--exclude-vcs --transform 's,^contrib,cellule-$(VERSION)-contrib,' -c contrib | gzip -n > dist/cellule-$(VERSION)-contrib.tar.gz
	@if [ "$(IMAGE)" = no ]; then echo "The image was left out: IMAGE=no."; \
		elif command -v buildah >/dev/null; then $(image); \
		else echo "The image was left out: it is built by buildah, which is not here (Debian: apt install buildah)."; fi
	@cd dist && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
	@cd dist && ls -sh1 | tail -n +2

# BASE is another image to build on than the one the Dockerfile names by its digest.
image = buildah bud --quiet --format oci --timestamp $(SOURCE_DATE_EPOCH) --isolation $(or $(ISOLATION),oci) $(if $(BASE),--build-arg BASE=$(BASE)) \
	--build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD 2>/dev/null) --tag cellule:$(VERSION) . && \
	buildah push --quiet cellule:$(VERSION) oci-archive:dist/cellule-$(VERSION)-image.tar:cellule:$(VERSION)

lock: ## Lock the dependencies again after a change of pyproject.toml; UPGRADE=1 takes newer releases
	@[ -x build/lock/bin/uv ] || { $(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv==$(UV); }
	@[ -z "$(UPGRADE)" ] || rm -f requirements/*.txt
	$(call compile,dev,pyproject.toml --extra demo --extra lifeboat --group dev --group docs --group build --group release)
	$(call compile,demo,pyproject.toml --extra demo -c requirements/dev.txt)
	$(call compile,lifeboat,pyproject.toml --extra lifeboat -c requirements/dev.txt)
	$(call compile,runtime,pyproject.toml -c requirements/dev.txt)
	$(call compile,build,--group build -c requirements/dev.txt)
	$(call compile,release,pyproject.toml --group release -c requirements/dev.txt)

# One set of versions: the small locks are cut out of the large one. Wheels only: nothing is compiled at set-up.
define compile
build/lock/bin/uv pip compile --quiet --no-config --only-binary :all: --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(2) --output-file requirements/$(1).txt
endef

clean: ## Remove all that was built or installed here
	rm -rf $(VENV) build dist $(PEER)/node_modules $(LOOK)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Cellule needs Python 3.11 or later with venv (Debian: apt install python3-venv)."; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(DEMO_READY): requirements/demo.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the demo needs (about a minute, once)"
	@$(call install,demo)
	@touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (a minute or two, once)"
	@$(call install,dev)
	@touch $@ $(DEMO_READY)

$(WHEEL_READY): requirements/build.txt | $(PACK)/bin/python
	@$(PACK)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/build.txt
	@touch $@

$(RELEASE_READY): requirements/release.txt $(WHEEL_READY)
	@echo "Installing what packs a release (half a minute, once)"
	@$(PACK)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/release.txt
	@touch $@

$(PACK)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Cellule needs Python 3.11 or later with venv (Debian: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(PACK)

# A lock is whole: nothing is to be resolved, and a version that came out since cannot disturb it.
define install
$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/$(1).txt $(if $(filter demo,$(1)),-r requirements/build.txt) \
	&& $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
endef

$(PEER_READY): $(PEER)/package-lock.json
	@echo "Installing the foreign Matrix client for the tests"
	@cd $(PEER) && npm ci --no-audit --no-fund
	@touch $@

$(LOOK_READY): $(LOOK)/package-lock.json
	@command -v npm >/dev/null || { echo "This needs Node.js 20 or later, with npm."; exit 1; }
	@echo "Installing Element Web's parts and what puts them together (a minute, once)"
	@cd $(LOOK) && npm ci --no-audit --no-fund
	@find $(LOOK)/node_modules -name '*.py' -delete # what reads all Python here is to find ours
	@touch $@
