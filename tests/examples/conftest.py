# SPDX-License-Identifier: Apache-2.0
"""The inquiry example can be imported: it is installed nowhere."""

import sys

from tests.examples.installed import EXAMPLES

sys.path.append(str(EXAMPLES / "inquiry"))
