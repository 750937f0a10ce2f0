# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/ruleset/attr.c \
	src/ruleset/attr.h \
	src/ruleset/decompile.c \
	src/ruleset/decompile_dep.c \
	src/ruleset/decompile_elem.c \
	src/ruleset/decompile_field.c \
	src/ruleset/decompile_int.h \
	src/ruleset/decompile_load.c \
	src/ruleset/decompile_match.c \
	src/ruleset/decompile_nat.c \
	src/ruleset/decompile_obj.c \
	src/ruleset/decompile_reg.c \
	src/ruleset/decompile_rule.c \
	src/ruleset/decompile_set.c \
	src/ruleset/decompile_stmt.c \
	src/ruleset/decompile_udata.c \
	src/ruleset/list.c \
	src/ruleset/list_debug.c \
	src/ruleset/list_fetch.c src/ruleset/list_flow.c \
	src/ruleset/list_get.c \
	src/ruleset/list_hooks.c \
	src/ruleset/list_int.h \
	src/ruleset/list_lookup.c \
	src/ruleset/list_view.c \
	src/ruleset/typeof.c
