# SPDX-License-Identifier: Apache-2.0
"""What a plugin may be: one file a family, and families.py, the table of all families."""
