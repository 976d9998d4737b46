# SPDX-License-Identifier: Apache-2.0
"""The site of the offices: sign in, see what the fund has delivered, download it, see what happened."""
