# SPDX-License-Identifier: GPL-2.0-or-later
man_pages += doc/nff.8
man_pages += doc/nff-module.8
man_pages += doc/nff-flows.8
