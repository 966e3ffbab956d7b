# The façade over Meson: each target does its whole set-up. `make help` lists them.
BUILD ?= build
JOBS ?= $(shell nproc)
DEMO ?= demo-files
MESON_OPTIONS ?=
HASHES ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help build run check check-all soak bench fmt lint install uninstall lang clean packages

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

packages: ## install the Debian packages the build needs
	@sh tools/packages.sh build

$(BUILD)/build.ninja: | packages
	@[ -f $@ ] || meson setup $(BUILD) $(MESON_OPTIONS)

build: packages $(BUILD)/build.ninja ## build the programs
	@ninja -C $(BUILD) -j $(JOBS) programs

run: build ## make the synthetic demo set, scan it, and start the workspace with it as a training case
	@sh tools/run_demo.sh $(BUILD) $(DEMO)

check: ## build and run the tests
	@sh tools/packages.sh check
	@$(MAKE) --no-print-directory build
	@ninja -C $(BUILD) -j $(JOBS)
	@sh tools/test.sh $(BUILD) --suite quick

check-all: ## all of check, and sanitizers, clang, fault sweeps, PostgreSQL, longer fuzz replay
	@sh tools/packages.sh check-all
	@sh tools/check_all.sh

soak: ## the large counts: ten thousand mutations, two hundred kills, gigabyte files (long)
	@sh tools/packages.sh check-all
	@sh tools/soak.sh

bench: ## measure, as ratios to a peer in the same run (HASHES=10000000: a larger index)
	@sh tools/packages.sh bench
	@$(MAKE) --no-print-directory build
	@sh bench/run.sh $(BUILD) $(HASHES)

fmt: ## format the C sources
	@sh tools/packages.sh check-all
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint: ## clang-tidy, format and house rules
	@sh tools/packages.sh check-all
	@sh tools/lint.sh $(BUILD)

install: build ## install under PREFIX (default /usr/local), honouring DESTDIR
	@meson configure $(BUILD) --prefix $${PREFIX:-/usr/local}
	@meson install -C $(BUILD)

uninstall: ## undo make install
	@ninja -C $(BUILD) uninstall

lang: build ## extract messages and merge them into lang/*.po
	@ninja -C $(BUILD) lang-update

clean: ## remove build folders and the demo set
	@rm -rf build build-* $(DEMO)
