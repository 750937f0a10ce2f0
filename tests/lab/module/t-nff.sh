#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nff's view of the module: list flows and its filters, delete and flush, the settings of
# flowtables, their statistics, and flows that come and go.
set -u
. ./module/lib.sh

backend_up
topo_up
rules "" "oifname r1 masquerade"
talk tcp $S4
wait_for 30 at_least flows 1
rt nff list flows
rt nff list flows -o extended
rt nff list flows -o table
rt nff -j list flows
rt nff list flows inet x f where tcp dport 5201
rt nff list flows inet x g where tcp dport 5201
hush
