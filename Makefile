# Everything a person types here. `make demo` and `make test` need Python 3.11+, make and a C library.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
ifdef LANDING_ZONE
export LANDING_ZONE
endif

.PHONY: help install demo test fuzz quick lint lint-python lint-types lint-sql lint-dbt format definitions bench bench-growth bench-faults faults faults-mutants bench-packs bench-readings bench-scale bench-ssda903 bench-sector-validator sector-validator site bi-test xlsform-test check-wheel check-wheel-test stop lock sbom audit image-test clean bench-servers bench-volumes helm-lint bench-edge

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-22s %s\n", $$1, $$2}'

install: $(STAMP) ## Make the virtual environment from the hashed lock

# The lock names every package with its hash, so that pip has nothing to resolve. Python compiles a module when it is
# first imported: of most of the twelve thousand that never happens.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages (about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): $(STAMP) requirements-distributed.lock requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-distributed.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(STAMP) ## Start everything, load the landing zone (samples if it is empty), show what people answered and the comparison
	@$(BIN)/club sample --if-empty
	@$(BIN)/club load
	@$(BIN)/club workshop new placement_stability --name demo --seed 1999 --if-none
	@$(BIN)/club people
	@$(BIN)/club compare

# A module has one warehouse, so its tests stay with one worker; the longest modules come first (tests/conftest.py).
test: $(DEV_STAMP) ## Run the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 40 --durations-min 5

# Half an hour on one core; the files that break something are left in var/fuzz.
fuzz: $(DEV_STAMP) ## Let the readers take in a hundred times as many broken files as `make test` does
	CLUB_FUZZ_EXAMPLES=$${CLUB_FUZZ_EXAMPLES:-100} $(BIN)/python -m pytest -s tests/fuzz

quick: $(DEV_STAMP) ## Lint what the branch changed; the unit tests, and the tests of the rooms it touched
	@$(BIN)/python -m tests.support.quick

lint: lint-sql lint-types lint-python lint-dbt ## ruff, mypy, sqlfluff, dbt parse; with `--jobs 2` side by side

lint-python: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types: $(DEV_STAMP)
	$(BIN)/mypy

lint-sql: $(DEV_STAMP)
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests dbt_project/analyses expectations

lint-dbt: $(DEV_STAMP)
	$(BIN)/dbt --quiet parse --project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/var/dbt/lint

format: $(DEV_STAMP) ## Let ruff and sqlfluff put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 2 dbt_project/models dbt_project/tests dbt_project/analyses expectations

definitions: $(STAMP) ## Write docs/definitions from the register
	@$(BIN)/club definitions

site: $(STAMP) ## Write the site, pages that anybody may read, into CLUB_HOME/site
	@$(BIN)/club site

bench: $(STAMP) ## Measure the road (benchmarks/)
	$(BIN)/python -m benchmarks.road

bench-growth: $(STAMP) ## Measure what one more year and one resubmission cost as the years add up
	$(BIN)/python -m benchmarks.growth

bench-faults: $(DEV_STAMP) ## Disturb every step in every way, and compare with what nobody disturbed (an hour)
	$(BIN)/python -m pytest benchmarks/faults $(FAULTS)

SEED ?= 1
SCHEDULES ?= 300

faults: $(DEV_STAMP) ## Play schedules of a seed while something kills, stops and starves the steps (SEED=7), or of a file (SCRIPT=…)
	nice -n 5 $(BIN)/python -m tests.nemesis $(if $(SCRIPT),$(SCRIPT) --schedules 0,--seed $(SEED) --schedules $(SCHEDULES))

faults-mutants: $(DEV_STAMP) ## Take each lock and constraint away in turn, and see that the same finds it (MUTANTS="'build lock'")
	nice -n 5 $(BIN)/python -m tests.nemesis --seed $(SEED) --schedules 200 --mutants $(MUTANTS)

bench-edge: $(DEV_STAMP) ## Let two councils check in network namespaces of their own, and read every byte they send (as root)
	$(BIN)/python -m benchmarks.edge

bench-packs: $(STAMP) ## Measure the packs of all members in every form, on two cores
	$(BIN)/python -m benchmarks.packs

bench-readings: $(STAMP) ## Measure what every reading of the decisions costs, and rebuild for each
	$(BIN)/python -m benchmarks.readings

bench-scale: $(STAMP) ## Measure all England over twenty years: builds, a resubmission, the analysts' queries
	$(BIN)/python -m benchmarks.scale

bench-servers: $(DEV_STAMP) ## Take the road on PostgreSQL 15 and 18, each with and without pgbouncer, and compare
	$(BIN)/python -m benchmarks.servers

bench-volumes: $(STAMP) ## Measure one server with 15 million rows about children: load, check, build, queries (hours, 20 GB)
	$(BIN)/python -m benchmarks.volumes $(VOLUMES)

SECTOR_VALIDATOR ?= var/sector_validator
export SECTOR_VALIDATOR

sector-validator: $(SECTOR_VALIDATOR)/.installed ## Install the sector's SSDA903 validator, in an environment of its own

# It needs a pandas of years ago, so it never shares an environment with the project.
$(SECTOR_VALIDATOR)/.installed: benchmarks/sector_validator/requirements.lock
	@test -x $(SECTOR_VALIDATOR)/bin/python || $(PYTHON) -m venv $(SECTOR_VALIDATOR)
	@$(SECTOR_VALIDATOR)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

bench-ssda903: $(STAMP) sector-validator ## Measure one SSDA903 return, ours beside the sector's validator
	$(BIN)/python -m benchmarks.ssda903

bench-sector-validator: $(STAMP) sector-validator ## Compare our SSDA903 checks with the sector's, row by row
	$(BIN)/python -m benchmarks.sector_validator.compare

SUPERSET ?= var/bi/superset
METRICFLOW ?= var/bi/metricflow

bi-test: $(DEV_STAMP) $(SUPERSET)/.installed $(METRICFLOW)/.installed ## Let Apache Superset and MetricFlow, each in its own environment, read the marts
	CLUB_SUPERSET=$(abspath $(SUPERSET)) CLUB_METRICFLOW=$(abspath $(METRICFLOW)) $(BIN)/python -m pytest tests/bi

# Neither can share an environment with Airflow; like every lock, theirs names each package with its hash.
$(SUPERSET)/.installed: tests/bi/superset-requirements.lock
$(METRICFLOW)/.installed: tests/bi/metricflow-requirements.lock
$(SUPERSET)/.installed $(METRICFLOW)/.installed:
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

XLSFORM ?= var/xlsform

xlsform-test: $(DEV_STAMP) $(XLSFORM)/.installed ## Let pyxform, in an environment of its own, convert the XLSForms that are written
	CLUB_PYXFORM=$(abspath $(XLSFORM)) $(BIN)/python -m pytest tests/xlsform

# It pins the libraries that it shares with us to one version each, so it has an environment of its own.
$(XLSFORM)/.installed: tests/xlsform/requirements.lock
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

HELM ?= var/helm

helm-lint: $(DEV_STAMP) $(HELM)/.installed ## Hold the values for Kubernetes against the chart's keys and Kubernetes' schemas
	CLUB_HELM=$(abspath $(HELM)) $(BIN)/python -m pytest tests/helm

# Helm's library and the schemas are needed for nothing else.
$(HELM)/.installed: tests/helm/requirements.lock
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

CLUB_CHECK ?= var/club-check

check-wheel: $(STAMP) ## Build `club-check`, with which an authority checks its own returns (var/club-check/dist)
	@rm -rf $(CLUB_CHECK)/dist
	@mkdir -p $(CLUB_CHECK)/dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir $(CLUB_CHECK)/dist ./club_check

check-wheel-test: $(DEV_STAMP) check-wheel $(CLUB_CHECK)/.installed ## Install `club-check` into an environment of its own, and check returns with it
	@$(CLUB_CHECK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(CLUB_CHECK)/dist/*.whl
	CLUB_CHECK=$(abspath $(CLUB_CHECK)) $(BIN)/python -m pytest tests/club_check

$(CLUB_CHECK)/.installed: club_check/requirements.lock
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

stop: ## Stop what `make demo` has started, and only that
	@test ! -x $(BIN)/club || $(BIN)/club down

lock: ## Pin again after a change of the dependencies in pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group build --constraints requirements.lock --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o requirements-distributed.lock
	uv pip compile --group dev --constraints requirements-distributed.lock --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o requirements-dev.lock
	uv pip compile benchmarks/sector_validator/requirements.in --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o benchmarks/sector_validator/requirements.lock
	uv pip compile tests/bi/superset-requirements.in --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o tests/bi/superset-requirements.lock
	uv pip compile tests/bi/metricflow-requirements.in --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o tests/bi/metricflow-requirements.lock
	uv pip compile tests/xlsform/requirements.in --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o tests/xlsform/requirements.lock
	uv pip compile tests/helm/requirements.in --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o tests/helm/requirements.lock
	uv pip compile club_check/pyproject.toml --constraints requirements.lock --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -o club_check/requirements.lock

sbom: $(STAMP) ## Write a bill of materials of what one machine installs, and of the image (var/sbom*.cdx.json)
	@PYTHONPATH=.ci $(BIN)/python -m supply_chain.sbom var

audit: $(STAMP) ## Hold the locks against the advisories that are known
	@PYTHONPATH=.ci $(BIN)/python -m supply_chain.audit

image-test: ## Build the container image without an engine and ask it a few questions (root on Debian)
	docker/image_test.sh

clean: stop ## Stop, and remove the state folder and the virtual environment
	rm -rf var $(VENV)
