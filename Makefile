# Two commands are the README's: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench clean fidelity conformance simulate mutants replay coverage

demo: .venv/ready
	$(BIN)/smslab compare examples/recipients.csv --template examples/message.txt \
		--deadline 30m --redeliver 1 --out runs/demo

test: .venv/ready
	$(BIN)/pytest -q -n auto

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) coverage

fidelity: .venv/ready
	$(BIN)/python -m tests.conformance.counts

conformance: .venv/ready
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		npm install --silent --no-audit --no-fund --prefix "$$folder" twilio@6.2.0 && \
		SMSLAB_NODE_MODULES="$$folder/node_modules" SMSLAB_CASES=40 \
		SMSLAB_LEAST_CASES=2000 \
		SMSLAB_SEED=$${SMSLAB_SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} \
		$(BIN)/pytest -q -n auto tests/conformance tests/system

coverage: .venv/ready
	$(BIN)/pytest -q -n auto --brief --hypothesis-seed=0 --cov --cov-report=term \
		tests/sms tests/simulator/engine tests/simulator/api \
		tests/simulator/test_*.py tests/sender tests/loadtests

simulate: .venv/ready
	$(BIN)/python -m tests.simulation

mutants: .venv/ready
	$(BIN)/python -m tests.mutants.run

replay: .venv/ready
	$(BIN)/python -m tests.simulation.replay

bench: .venv/ready
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "smslab needs Python 3.11 or newer: run 'make PYTHON=/path/to/python3.11'" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "smslab needs Python's venv module: on Debian, 'apt install python3-venv'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
