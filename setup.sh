#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine that has Python 3.11+, pip, apt and git ready for autoviz:
#
#   ./setup.sh             Debian packages (with sudo when not root) and .venv with pinned packages
#   ./setup.sh --tests     also what only the tests need
#   ./setup.sh demo        the same, and make when it is missing, then `make demo`; so with any target
#
# What is there already is left as it is, so a second run takes a moment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export PIP_DISABLE_PIP_VERSION_CHECK=1

readonly PACKAGES=(graphviz libcairo2-dev libpango1.0-dev pkg-config gcc fonts-dejavu-core)
readonly TEST_PACKAGES=(chromium librsvg2-bin poppler-utils tesseract-ocr fonts-vlgothic fonts-lohit-deva)
readonly STAMP=.venv/autoviz-ready

say() { printf 'setup: %s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 3
}

main() {
    local wanted=("${PACKAGES[@]}") targets=()
    for argument in "$@"; do
        case "$argument" in
            --tests) wanted+=("${TEST_PACKAGES[@]}") ;;
            -*) stop "--tests or targets of make are wanted: got $argument" ;;
            *) targets+=("$argument") ;;
        esac
    done
    if ((${#targets[@]})); then wanted+=(make); fi
    local python
    python=$(find_python)
    mapfile -t -O "${#wanted[@]}" wanted < <(python_packages "$python")
    install_packages "${wanted[@]}"
    make_environment "$python"
    if ((${#targets[@]})); then exec make "${targets[@]}"; fi
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is wanted: found $(python3 --version 2>&1 || true);" \
        "install one, or name it: PYTHON=/path/to/python3.12 ./setup.sh"
}

# Debian keeps the headers and venv apart from Python; another Python brings its own.
python_packages() {
    "$1" - <<'PYTHON'
import importlib.util, pathlib, sys, sysconfig
prefix = "python%d.%d" % sys.version_info[:2]
if not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists():
    print(f"{prefix}-dev")
if importlib.util.find_spec("ensurepip") is None:
    print(f"{prefix}-venv")
PYTHON
}

install_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null; then
        say "no Debian packages here: see that these, or their like, are installed: $*"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then return; fi
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    if (($(id -u) != 0)); then
        command -v sudo >/dev/null || stop "root's rights or sudo are wanted for: ${missing[*]};" \
            "as root, run: apt-get install ${missing[*]}"
        apt=(sudo "${apt[@]}")
    fi
    say "installing Debian packages: ${missing[*]}"
    "${apt[@]}" -qq update >&2 || say "the list of packages could not be brought up to date; going on"
    "${apt[@]}" -qq install -y --no-install-recommends "${missing[@]}" >&2 ||
        stop "these Debian packages are wanted: ${missing[*]}; apt-get could not install them"
}

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

make_environment() {
    local key
    key=$(cat constraints.txt pyproject.toml setup.sh <(pwd) | cksum)
    if [[ -x .venv/bin/autoviz && -f $STAMP && $(<"$STAMP") == "$key" ]] &&
        .venv/bin/python -c '' 2>/dev/null; then
        return
    fi
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        say "making .venv with $("$1" --version)"
        make_venv "$1"
    fi
    # Torch first and by its pin alone, so that nothing else can lead pip to another release.
    say "installing the pinned Python packages: first torch, then all of constraints.txt"
    .venv/bin/python -m pip install --quiet "$(grep '^torch==' constraints.txt)" >&2
    .venv/bin/python -m pip install --quiet --requirement constraints.txt >&2
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . >&2
    echo "$key" >"$STAMP"
    say "ready: .venv/bin/autoviz"
}

make_venv() {
    "$1" -m venv --clear .venv && return
    say "$1 -m venv did not work; trying the other way, with its pip"
    "$1" -m venv --clear --without-pip .venv
    "$1" -m pip --python .venv/bin/python install --quiet pip >&2
}

main "$@"
