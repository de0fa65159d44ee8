# What the README and CI call. Needs Python and make.
PYTHON ?= python3
BIN := .venv/bin
DATA := data/drawings22
CONFIG := configs/faster_rcnn/faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_drawings22.py

.PHONY: demo serve test check docs install

install: .venv/installed

# pip would compile on one core; what a package has that isn't Python 3 stays.
.venv/installed: setup.cfg constraints.txt
	start=$$(date +%s) && \
	$(PYTHON) -m venv .venv && \
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile \
		-c constraints.txt -e .[dev] && \
	{ $(BIN)/python -m compileall -qq -j 0 .venv/lib custom tools || true; } && \
	echo $$(( $$(date +%s) - start )) > $@

demo: install
	$(BIN)/python tools/demo.py $(CONFIG) $(DATA)

serve: install
	$(BIN)/python tools/serve.py

# Tests fork often, and the process grows: with huge pages, and all of Python's
# objects on them, a fork takes a third of the time. Hundreds of processes import
# custom: it's compiled once, also where an image of Docker forbids it.
test: install
	PYTHONDONTWRITEBYTECODE= \
	GLIBC_TUNABLES=glibc.malloc.hugetlb=1 PYTHONMALLOC=malloc \
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder \
		--max-worker-restart 0

# codespell takes words whole, then what identifiers are made of.
check: install
	$(BIN)/flake8 .
	$(BIN)/isort --check-only --quiet .
	$(BIN)/yapf --diff --recursive --parallel configs custom tools tests
	$(BIN)/codespell
	$(BIN)/codespell --builtin en-GB_to_en-US --regex '[A-Z]?[a-z]+|[A-Z]+'
	$(BIN)/lint-imports

docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo work_dirs/site/index.html
