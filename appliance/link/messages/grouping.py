# SPDX-License-Identifier: Apache-2.0
"""Messages about several offices in one person's hands."""
