# Two commands for newcomers, `make demo` and `make test`; both do their own set-up (scripts/uv).

PORT ?= 8000
CHECK ?=
PART ?=
# more than there are cores: the tests wait for processes and servers
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores > 5 ? 8 : cores * 3 / 2)))
PYTEST ?= -n $(WORKERS) --dist worksteal
# the tests start hundreds of processes, each of which would compile all that it imports
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test matrix lint release clean

help:
	@echo 'make demo            render a project, start it, walk through its ledger (PORT=8000)'
	@echo 'make demo CHECK=1    the same, then stop: exit code 0 when every step answered as expected'
	@echo 'make test            lint and test this repository'
	@echo 'make matrix          the slow tests: suites of many profiles, storms; figures in build/matrix.xml (PART=test_storms.py)'
	@echo 'make release         cut a release: VERSION=1.2.3; nothing is pushed'
	@echo 'make clean           remove build/ and .venv/'

demo:
	@scripts/setup --no-default-groups --group demo
	@exec scripts/uv run --no-sync python scripts/demo.py --port '$(PORT)' $(if $(filter-out 0,$(CHECK)),--check)

test: lint
	@scripts/servers
	scripts/uv run --no-sync pytest $(PYTEST)

matrix:
	@scripts/setup
	@scripts/servers
	PGBOUNCER="$$(scripts/pgbouncers)" scripts/uv run --no-sync pytest $(PYTEST) --junit-xml build/matrix.xml tests/matrix/$(PART)

lint:
	@scripts/setup
	scripts/uv run --no-sync ruff check .
	scripts/uv run --no-sync ruff format --check .
	scripts/uv run --no-sync basedpyright

release:
	@scripts/setup
	scripts/uv run --no-sync python scripts/release.py '$(VERSION)'

clean:
	rm -rf build .venv
