# SPDX-License-Identifier: Apache-2.0
"""One registry and one endpoint a process."""
