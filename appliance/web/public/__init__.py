# SPDX-License-Identifier: Apache-2.0
"""The site on the Internet: it says what this is and whom to ask, and nothing else."""
