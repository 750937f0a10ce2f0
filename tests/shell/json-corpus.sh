#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rule corpus as JSON: listed, loaded by nff and by nft.
exec "$TREE/tests/rules/json-run" --nff "$NFF"
