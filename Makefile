SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PREFIX ?= /usr/local
# `make bench MARCH=x86-64-v3` builds for newer processors; never the default, which must run everywhere.
MARCH ?=
# `make test FILTER=LedgerStorageTests` runs the tests whose names match.
FILTER ?=

# demo and test share one release build: `-enable-testing` on both keeps the second from compiling everything again.
FLAGS := -c release -Xswiftc -enable-testing

.PHONY: demo test bench format setup install install-verify ci help

help:
	@echo 'make demo              install what is missing, build, run the whole chain on the embedded sample'
	@echo 'make test              install what is missing, build, run the tests (FILTER=regular expression)'
	@echo 'make bench             run the benchmarks (MARCH=x86-64-v3 for newer processors)'
	@echo 'make format            lay out every Swift file'
	@echo 'make setup             install what is missing, or say what to install'
	@echo 'make install PREFIX=…  install ballast and ballast-verify below PREFIX, /usr/local by default'
	@echo 'make install-verify    install ballast-verify alone, which needs no SQLite'
	@echo 'make ci                everything that a change must pass'

demo: setup
	@echo 'building in release: some minutes the first time'
	swift build $(FLAGS) --product ballast
	.build/release/ballast demo

test: setup
	@echo 'building in release with tests: some minutes the first time'
	swift build --build-tests $(FLAGS)
	swift test --skip-build $(FLAGS) --disable-xctest $(if $(FILTER),--filter '$(FILTER)')

bench: setup
	swift run -c release --package-path Benchmarks $(if $(MARCH),-Xcc -march=$(MARCH)) MicroBenchmarks

format:
	git ls-files -z --cached --others --exclude-standard '*.swift' | xargs -0 swift format --in-place --parallel

setup:
	@.ci/setup

# Without `-enable-testing`, hence in a build folder of its own.
install: setup
	swift build -c release --scratch-path .build-install --product ballast
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install .build-install/release/ballast '$(DESTDIR)$(PREFIX)/bin/ballast'
	$(MAKE) install-verify

# For whoever only checks attestations: the machine it runs on needs GMP and Swift's runtime, not SQLite.
install-verify: setup
	swift build -c release --scratch-path .build-install --product ballast-verify
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install .build-install/release/ballast-verify '$(DESTDIR)$(PREFIX)/bin/ballast-verify'

ci:
	.ci/run
