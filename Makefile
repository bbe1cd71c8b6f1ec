# Everything a developer or a visitor starts. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test lint lock clean
PY := .venv/bin/python

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: .ci/venv  ## Start Plumb with its own database and a demo in it; Ctrl-C stops it
	@.ci/venv requirements.lock
	@PLUMB_DEMO=$${PLUMB_DEMO:-1} exec $(PY) manage.py up

test: .ci/venv  ## Run the tests: make test ARGS="tests/house -x"
	@.ci/venv requirements-dev.lock
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadscope $(ARGS)

lint: .ci/venv  ## Style, types, layers, migrations, production settings
	@.ci/venv requirements-dev.lock
	@.ci/lint

lock: .ci/venv  ## Write the locks anew from pyproject.toml
	@.ci/venv requirements-dev.lock
	@.ci/lock

clean:  ## Remove the environment, the demo's database and what tools left behind
	@if [ -x $(PY) ]; then $(PY) -m crmsite.embedded; fi
	@rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
