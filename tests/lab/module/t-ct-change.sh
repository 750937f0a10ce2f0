#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Changes of conntracks that are on the fast path of the bundled module.

# shellcheck source=lib.sh
. module/lib.sh
export BACKEND=nff
. ./t-ct-change.sh
