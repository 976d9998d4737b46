# SPDX-License-Identifier: Apache-2.0
"""Everything that can cross a tier boundary; messages is the complete list."""
