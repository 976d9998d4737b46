#!/bin/sh
# Writes packaging/requirements.lock, names and hashes of everything that the pyproject.toml files ask for, and
# runtime.lock, the part of it that the packages bring.
set -eu
cd "$(dirname "$0")/.."
own=$(sed -n 's/^name = "\(renkei-[a-z0-9-]*\)"$/--no-emit-package \1/p' pyproject.toml plugins/*/pyproject.toml)
lock() {  # FILE EXTRAS OPTIONS...
    file=$1; extras=$2; shift 2
    {
        echo "-e .$extras"
        for plugin in plugins/*/; do echo "-e ./$plugin"; done
    } | .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        $own "$@" --output-file "$file" - >/dev/null
}
lock packaging/requirements.lock '[dev]'
lock packaging/runtime.lock '' --constraints packaging/requirements.lock
