# The commands of the house. All of them need python3 (3.11 or newer), make and the package registries, nothing else.
#
#   make run     the shop with its demo data, at http://localhost:8000  (PORT, FASTSHOP_DATA, DATABASE_URL, REDIS_URL ...)
#   make test    all tests                          make test ARGS="tests/embedded -k stop"
#   make coverage  all tests, measured: the lines below 95 % and the branches of the rules below 100 % fail it
#   make lint    formatting, style, types, imports
#   make bench   the tables of bench/               make bench ARGS=echo
#   make chaos   servers and PostgreSQL killed under a crowd    make chaos ARGS="--rounds 2 --seed 7"
#   make web     the browser pages only
#   make lock    the locked packages anew, from pyproject.toml     make lock UPGRADE=--upgrade
#   make clean   removes what make has made; the data stay

.PHONY: run test coverage lint bench chaos web lock clean
.DEFAULT_GOAL := run
# Two installations into one .venv at the same time would break it.
.NOTPARALLEL:

PACKAGES := pyproject.toml client_sdk/pyproject.toml
INSTALLING := scripts/install.py scripts/locks/installer.lock $(PACKAGES)
RUNTIME := .venv/.installed-runtime
DEV := .venv/.installed-dev

# The pages are built when there are any, and again when one of their files is newer than the last build.
WEB := $(if $(wildcard web/package.json),web/dist/index.html)
WEB_PACKAGES := web/node_modules/.installed
WEB_SOURCES := $(if $(WEB),$(shell find web \( -name node_modules -o -path web/dist \) -prune -o -type f -print))

# The launcher ends the server when make is killed, however it is killed; make itself passes on SIGTERM.
run: $(RUNTIME) $(WEB)
	@exec .venv/bin/python -I -S server/embedded/launcher.py $$PPID 15 same .venv/bin/fastshop run

test: $(DEV) $(WEB)
	@scripts/ensure-chromium
	@exec .venv/bin/python -m pytest -n 2 $(or $(ARGS),tests)

COVERAGE := .venv/bin/coverage
coverage: $(DEV) $(WEB)
	@scripts/ensure-chromium
	$(COVERAGE) run -m pytest -n 2 $(or $(ARGS),tests)
	$(COVERAGE) combine --quiet
	$(COVERAGE) report --fail-under=95
	$(COVERAGE) report --include='*/rules.py' --fail-under=100

lint: $(DEV) $(if $(WEB),$(WEB_PACKAGES))
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	@echo 'mypy; beside it the imports, and the types of the pages'; .venv/bin/mypy & types=$$!; \
	.venv/bin/lint-imports && $(if $(WEB),scripts/with-node npm run --silent check,true); rest=$$?; \
	wait $$types && exit $$rest

bench: $(DEV)
	@exec .venv/bin/python -m bench $(ARGS)

web: $(WEB)

$(RUNTIME): requirements.lock $(INSTALLING)
	@python=$$(scripts/find-python) && "$$python" scripts/install.py requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(INSTALLING)
	@python=$$(scripts/find-python) && "$$python" scripts/install.py requirements-dev.lock
	@touch $@ $(RUNTIME)

$(WEB_PACKAGES): web/package-lock.json web/package.json | $(RUNTIME)
	@scripts/quietly "Installing the packages of the web pages" scripts/with-node npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: $(WEB_PACKAGES) $(WEB_SOURCES)
	@scripts/quietly "Building the web pages" scripts/with-node npm run build
	@touch $@

# No lock may hold the address of a registry or a path of this machine: they are the same everywhere.
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate $(UPGRADE)
OURS = --no-emit-package fastshop --overrides .venv/overrides.txt $(PACKAGES) scripts/locks/build.in

lock: $(DEV)
	@echo "fastshop @ file://$(CURDIR)/client_sdk" > .venv/overrides.txt
	$(COMPILE) --extra dev $(OURS) -o requirements-dev.lock
	$(COMPILE) --constraints requirements-dev.lock $(OURS) -o requirements.lock
	$(COMPILE) scripts/locks/installer.in -o scripts/locks/installer.lock
	$(COMPILE) scripts/locks/node.in -o scripts/locks/node.lock

chaos: $(DEV)
	@exec .venv/bin/python -m tests.e2e.chaos $(ARGS)

clean:
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
