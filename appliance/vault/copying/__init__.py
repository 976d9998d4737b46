# SPDX-License-Identifier: Apache-2.0
"""Moving a fund from one pair of stores to another: copied, compared, proven, and only then let go of."""
