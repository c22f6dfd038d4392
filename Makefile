# Everything a newcomer needs: make run, make test. The rest is for those who work on the code.
DATA ?= instance
PORT ?= 8000
PANEL_PORT ?= 8001
SAMPLE ?= 0
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-long lint bench panel pictures build vectors clean

run: build
	@exec $(BIN)/reporting-app demo --data "$(DATA)" --port $(PORT) --panel-port $(PANEL_PORT) --sample $(SAMPLE)

test: build .browsers lint
	$(BIN)/pytest -m "not long" -n 3 --dist loadfile --no-loadscope-reorder

test-long: build .browsers
	$(BIN)/pytest -n 2 --dist loadfile

lint: build
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tools/node client/node_modules/typescript/bin/tsc -p client

bench: build .browsers
	@$(BIN)/python -m benchmarks

# Minutes; after a change to a page. Writes docs/pictures.
pictures: build .browsers
	$(BIN)/python tools/sheets.py
	$(BIN)/python tools/pictures.py

# The panel as one file for an investigator, for this kind of computer; prints its SHA-256. Needs a C compiler.
panel: build
	@$(BIN)/python tools/artefact/build.py dist

# What the browser gets and the compiled translations: made here, never kept in the repository.
build: $(VENV)/installed client/node_modules/.installed
	@tools/node client/build.mjs
	@$(BIN)/pybabel -q compile -D "messages statistics" -d reporting_app/site/translations 2>&1 | grep -v "^compiling" || true
	@$(BIN)/pybabel -q compile -d reporting_app/admin/translations 2>&1 | grep -v "^compiling" || true

vectors: build
	tools/node client/tools/run.mjs client/tools/vectors.ts

$(VENV)/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 with venv is needed ($(PYTHON) was not found)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

client/node_modules/.installed: client/package.json client/package-lock.json $(VENV)/installed
	cd client && ../tools/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: .browsers
.browsers:
	@tools/browsers

clean:
	rm -rf $(VENV) client/node_modules reporting_app/site/static/build reporting_app/admin/static/build
