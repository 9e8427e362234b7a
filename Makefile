# Building, testing and running Rehearsal. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

RELEASE := -c release -Xswiftc -cross-module-optimization
REHEARSE := .build/release/rehearse
SOURCES := $(wildcard Sources Tests Benchmarks Examples Package.swift)
BENCHMARKS := $(notdir $(wildcard Benchmarks/*Benchmark))
EXTENSIONS := $(notdir $(wildcard Examples/Extending/*))
SCENARIO ?= Examples/gpt2-ddp.yaml

.PHONY: help setup prepare build run test lint format bench validate accuracy errors docs golden examples gallery clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

setup: ## System and Python packages, where they are missing
	@scripts/setup

# What the other targets need of it: nothing is tried twice.
prepare:
	@scripts/setup --once

build: prepare ## The program, optimised: .build/release/rehearse
	swift build $(RELEASE) --product rehearse

run: prepare ## Builds and runs one example (SCENARIO=file for another)
	@swift build $(RELEASE) --product rehearse
	@$(REHEARSE) run $(SCENARIO)

test: prepare ## All tests, debug build
	swift test --parallel --disable-xctest
	@if command -v python3 > /dev/null; then python3 -B -m unittest discover -s tools; \
	  else echo "python3 is missing: tools/ is not tested"; fi

lint: ## Format and style, as errors
	swift format lint --strict -r $(SOURCES)

format: ## Formats the sources in place
	swift format -i -r $(SOURCES)

bench: prepare ## Every benchmark against its thresholds
	@set -e; for name in $(BENCHMARKS); do \
	  echo "== $$name"; swift run $(RELEASE) "$$name"; done

validate: build ## Predictions against published measurements
	@$(REHEARSE) validate

accuracy: build ## Fails where a source is predicted worse than was recorded
	@$(REHEARSE) validate --corpus Validation/training --worst 0 --against Validation/recorded/errors.csv

errors: build ## Writes the page of errors and the recorded ones anew: some minutes
	@$(REHEARSE) validate --leave-out --worst 0 --page docs/reference/validation.md --out .build/validation
	cp .build/validation/errors.csv .build/validation/intervals.csv Validation/recorded/

docs: prepare ## API pages into .build/docs
	scripts/docs

golden: prepare ## Records expected results and generated pages anew; read the diff
	REHEARSE_RECORD=1 swift test --disable-xctest
	git --no-pager diff --stat -- Tests/Golden docs/reference

examples: build ## Runs every example: scenarios, and programs that extend the library
	@set -e; for name in $(EXTENSIONS); do swift build $(RELEASE) --product "$$name"; done
	@scripts/examples $(REHEARSE)

gallery: prepare ## Draws a sample of every chart into .build/gallery
	REHEARSE_CHART_GALLERY=.build/gallery REHEARSE_PYTHON=.build/venv/bin/python \
	  swift test --filter ChartGalleryTests

clean: ## Build products; the Python environment stays
	swift package clean
	rm -rf .build/gallery
