# SPDX-License-Identifier: Apache-2.0
"""A program that stands for systemd-creds: it seals for one name, and says what it was asked."""

from pathlib import Path

SCRIPT = """#!/bin/sh
printf '%s\\n' "$*" >>"{log}"
case "$1" in
encrypt) printf '%s\\n' "$2"; base64 ;;
decrypt)
    read -r name <"$3"
    if [ "$name" != "$2" ]; then echo "Embedded credential name does not match filename." >&2; exit 1; fi
    tail -n +2 "$3" | base64 -d ;;
esac
"""


def own_creds(folder: Path) -> Path:
    """The program, below folder; what it was asked is in folder/asked."""
    program = folder / "own-creds"
    program.write_text(SCRIPT.replace("{log}", str(folder / "asked")))
    program.chmod(0o755)
    return program
