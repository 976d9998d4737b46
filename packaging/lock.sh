#!/bin/sh
# Writes packaging/requirements.lock: names and hashes of everything that the pyproject.toml files ask for.
set -eu
own=$(sed -n 's/^name = "\(renkei-[a-z0-9-]*\)"$/--no-emit-package \1/p' pyproject.toml plugins/*/pyproject.toml)
{
    echo '-e .[dev]'
    for plugin in plugins/*/; do echo "-e ./$plugin"; done
} | .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    $own --output-file packaging/requirements.lock - >/dev/null
