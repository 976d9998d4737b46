# SPDX-License-Identifier: Apache-2.0
"""What people read when they do not know how: the help, symptoms with their answers, and the operation manual."""
