# Poolhouse from a bare clone: needs only Python (3.11 to 3.13) with venv and pip, and make.
#   make run     the console, on the first-run sample
#   make test    every test
#   make check   style, types, and the rules of the house
#   make rules   the rules of IIS's configuration that no golden case shows
#   make bench   side by side with peers; measures, asserts nothing (ARGS=--short: a few minutes less)
#   make soak    hours of what could go wrong, with faults on purpose; ARGS=--short: minutes. Never in CI
PYTHON ?= python3
# Whoever starts hundreds of processes compiles each file once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
READY := .venv/.poolhouse-ready
# One more than there are processors: the stories wait for real processes much of their time.
TESTERS := $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
PEERS := .venv-bench/.poolhouse-ready

.PHONY: run test check rules bench soak lock clean

run: $(READY)
	@$(BIN)/poolhouse $(ARGS)

test: $(READY)
	@$(BIN)/pytest -n $(TESTERS) --dist loadfile $(ARGS) || { \
	  echo "What failed is run once more, by itself: stories of real processes share the machine with their neighbours."; \
	  $(BIN)/pytest --last-failed --last-failed-no-failures none $(ARGS); }

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@set -e; for check in .ci/check_*.py; do echo "$$check"; $(BIN)/python $$check; done

rules: $(READY)
	@$(BIN)/python -m tests.conformance.check_rules

bench: $(READY) $(PEERS)
	$(BIN)/python benchmarks/hello.py
	$(BIN)/python benchmarks/configuration.py $(ARGS)
	$(BIN)/python benchmarks/servers.py $(ARGS)
	$(BIN)/python benchmarks/console.py $(ARGS)

soak: $(READY)
	$(BIN)/python benchmarks/soak.py $(ARGS)
	POOLHOUSE_PAGES=all $(BIN)/pytest -q tests/e2e/test_every_page.py tests/e2e/test_hostile_text.py

# The peers of the bench, apart from everything else.
$(PEERS): benchmarks/peers.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers.lock
	@touch $@

# Everything comes from the lock, by hash; the project itself is then installed without asking anybody.
$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Needs uv on the PATH. Asks the package index: only when a dependency changes.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")' \
	  | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file benchmarks/peers.lock

clean:
	rm -rf .venv .venv-bench build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
