# The first two are all that a newcomer needs; each sets up what is missing (see setup.sh).
.PHONY: demo test check format lint types docs reference gallery goldens setup setup-tests sweep drills mutants bench clean

BIN := .venv/bin
CODE := $(shell find graphgen scenes autoviz_torch.py -name '*.py')
DEMO := media/demo.mp4 media/demo.svg media/demo.dot

demo: $(DEMO)  ## c = (a + b) * b as a film, an SVG and DOT source
	@printf '%s\n' $(DEMO)

$(DEMO) &: $(CODE) | setup
	@mkdir -p media
	$(BIN)/autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 $(DEMO:%=-o %) >/dev/null

test: setup-tests  ## every test; a run that was broken off goes on
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --go-on

check: format lint types docs test  ## all that has to hold before a change goes in

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

reference: setup  ## docs/commands.md and what else follows from commands, functions and scenes
	$(BIN)/python tools/commands.py

gallery: setup  ## a poster and a picture that plays of each scene, and docs/gallery.md
	$(BIN)/python tools/gallery.py

goldens: setup-tests  ## the pictures that tests compare with; look at them before they go in
	$(BIN)/python tools/goldens.py

docs: setup  ## the reference is current, and the examples in docstrings run
	$(BIN)/python tools/commands.py --check
	$(BIN)/python -m pytest -q --doctest-modules graphgen

sweep: setup-tests  ## every operator that torch can differentiate, all samples: 20 minutes
	$(BIN)/python -m tests.sweep

mutants: setup-tests  ## wrong lines, one at a time, which tests have to notice: 40 minutes
	$(BIN)/python -m tests.mutants

drills: setup-tests  ## every drill, going on where it was broken off, and docs/reliability.md: an hour
	$(BIN)/python -m tests.drills

bench: setup  ## every figure, one benchmark after the other
	set -e; for file in benchmarks/*.py; do \
		grep -q '__main__' $$file || continue; echo "== $$file"; $(BIN)/python $$file; done

setup:
	@./setup.sh

setup-tests:
	@./setup.sh --tests

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
