# SPDX-License-Identifier: Apache-2.0
"""The doorman: looks at what people send, apart from the vault, before anybody else does (design §6, A45)."""
