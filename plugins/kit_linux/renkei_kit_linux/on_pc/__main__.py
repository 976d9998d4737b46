# SPDX-License-Identifier: Apache-2.0
"""Where the kit begins: looks whether Python is new enough, in a language that every Python understands."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the PC has whatever it has
    sys.exit("Python 3.11 以上が必要です。新しい Python で実行してください。(Python 3.11 or newer is needed.)")

from renkei_kit_linux.on_pc.main import run

sys.exit(run(sys.argv))
