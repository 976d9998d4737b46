# SPDX-License-Identifier: Apache-2.0
"""Several offices in one person's hands."""
