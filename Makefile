# Everything starts here; each target sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
SOURCES := $(wildcard appliance plugins examples packaging tests bench)
# The VPN engines, their clients, and what sets up machines for them.
VPN_PACKAGES := softether-vpnserver softether-vpnclient softether-vpncmd wireguard-go wireguard-tools nftables conntrack udhcpc iperf3 ethtool iproute2 iputils-ping curl openssl
VPN_PROGRAMS := vpnserver vpnclient vpncmd wireguard-go wg nft conntrack udhcpc iperf3 ethtool ip ping curl openssl
# What the lab tests need from apt: packages, and the programs by which we see that they are there.
LAB_PACKAGES := systemd postgresql clamav-daemon 7zip libarchive-tools unzip zip qpdf poppler-utils chromium chromium-l10n libreoffice-calc-nogui prometheus prometheus-alertmanager wine wine64 osslsigncode $(VPN_PACKAGES)
LAB_PROGRAMS := systemd-analyze clamd 7zz bsdtar unzip zip qpdf pdfinfo chromium soffice promtool prometheus-alertmanager wine osslsigncode $(VPN_PROGRAMS) $(or $(wildcard /usr/lib/postgresql/*/bin/initdb),initdb)
# What building the packages needs from apt, and what trying them in containers needs beside that.
INSTALLED_PACKAGES := dpkg-dev debhelper lintian man-db systemd-container mmdebstrap nsis gcc-mingw-w64-x86-64
INSTALLED_PROGRAMS := dpkg-buildpackage dh lintian man systemd-nspawn mmdebstrap nsenter makensis x86_64-w64-mingw32-gcc
# What the packages are built from.
DEB_SOURCES := $(shell find appliance plugins packaging systemd docs pyproject.toml config.example.toml *.md LICENSE -type f \
	-not -path '*/__pycache__/*' -not -path '*.egg-info/*')
CEPH_PACKAGES := radosgw ceph-mon ceph-osd
ARGS ?=
# How many tests `make test` and `make lab` play at once; containers have the machine for themselves.
JOBS ?= 2
# Compiled tests are kept: to compile all of them anew takes each worker ten seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/ready: packaging/requirements.lock pyproject.toml $(wildcard plugins/*/pyproject.toml)
	@echo 'setting up $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r packaging/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat \
		-e . $(addprefix -e ./,$(wildcard plugins/*))
	@touch $@

.PHONY: setup
setup: $(VENV)/ready ## virtual environment with locked dependencies

.PHONY: demo
demo: setup ## play the story, then stay up with addresses and logins until Ctrl-C
	@$(BIN)/python -m tests.story $(ARGS)

.PHONY: demo-once
demo-once: setup ## play the story through all tiers and end
	@$(BIN)/python -m tests.story --once $(ARGS)

.PHONY: demo-vpn
demo-vpn: setup ## a PC connects by a real VPN engine (as root; ARGS="--engine wireguard" for the other one)
	@$(BIN)/python -m tests.story.vpn $(ARGS)

.PHONY: journeys
journeys: setup ## a month of seven people in Chromium; the pictures go into the manual
	@$(BIN)/python -m tests.browser

.PHONY: manual
manual: setup ## print the operation manual by Chromium: dist/renkei-manual-portal.pdf and -console.pdf
	@$(BIN)/python -m tests.browser.manual

.PHONY: test
test: setup ## all tests that need no root, no apt program and no patience
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -m "not lab and not ceph and not installed" $(ARGS)

.PHONY: lab
lab: setup ## the tests that test leaves out; RENKEI_REQUIRE_LAB=1 forbids skipping
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m "lab and not ceph and not installed" -rs $(ARGS)

.PHONY: kit-windows
kit-windows: setup ## build what all kits for Windows are made of; needs makensis and the cross compiler
	@$(BIN)/python plugins/kit_windows/windows/base_installer.py

.PHONY: rare-signs
rare-signs: setup ## make the font of rare signs for letters; needs fonts-noto-cjk and unicode-data from apt
	@$(BIN)/python packaging/rare_signs.py

.PHONY: deb
deb: setup ## build the Debian packages into dist/
	@packaging/deb.sh

dist/renkei-gateway.built: $(DEB_SOURCES)
	@$(MAKE) --no-print-directory deb
	@touch $@

.PHONY: test-installed
test-installed: setup dist/renkei-gateway.built ## install the packages in a systemd container and try all of it (as root)
	@$(BIN)/python -m pytest -q -m installed -rs tests/installed tests/packaging $(ARGS)

.PHONY: ceph
ceph: setup ## the store of documents on a real Ceph; needs CEPH_PACKAGES of the Makefile from apt
	@$(BIN)/python -m pytest -q -m ceph -rs $(ARGS)

.PHONY: check
check: setup ## ruff, mypy --strict, import-linter, architecture tests
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy --strict $(SOURCES)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q -m "not lab" tests/architecture

.PHONY: bench
bench: setup ## the speed tables, peers side by side
	@$(BIN)/python -m bench $(ARGS)

.PHONY: apt
apt: ## install the apt programs that lab and test-installed need (as root); starts none of them
	@missing=; for program in $(LAB_PROGRAMS) $(INSTALLED_PROGRAMS); do command -v $$program >/dev/null || missing=1; done; \
	if [ -z "$$missing" ]; then echo 'apt: nothing is missing'; \
	elif [ "$$(id -u)" = 0 ]; then \
		policy=/usr/sbin/policy-rc.d; \
		[ -e $$policy ] || { printf '#!/bin/sh\nexit 101\n' >$$policy; chmod 755 $$policy; trap "rm $$policy" EXIT; }; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(LAB_PACKAGES) $(INSTALLED_PACKAGES); \
	else echo 'sudo apt-get install -y --no-install-recommends $(LAB_PACKAGES) $(INSTALLED_PACKAGES)'; exit 1; fi

.PHONY: lock
lock: setup ## write packaging/requirements.lock anew
	@packaging/lock.sh

.PHONY: drawings
drawings: setup ## draw the state machines of docs/machines.md anew
	@$(BIN)/python -m tests.architecture.machines --write

.PHONY: dashboard
dashboard: setup ## make packaging/monitoring/dashboards/renkei.json of dashboard.toml
	@$(BIN)/python packaging/monitoring/dashboard.py --write

.PHONY: texts
texts: setup ## collect every message of the sites into texts/en.po, and compile it
	@$(BIN)/python -m tests.architecture.words --write

.PHONY: format
format: setup ## mend what ruff can mend
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

.PHONY: clean
clean: ## remove the environment, caches and what failed journeys left
	rm -rf $(VENV) build dist failed .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.egg-info' -prune -exec rm -rf {} +
