# On Windows, where there is no make: py -m tools.make run, py -m tools.make test
PYTHON ?= python3

.PHONY: run test setup
run test setup:
	@$(PYTHON) -m tools.make $@
