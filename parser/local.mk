# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/util/source.c src/util/diag.c src/lang/ast.c \
	parser/address.c parser/build.c parser/build.h parser/build_block.c parser/build_query.c parser/build_stmt.c \
	parser/expect.c parser/include.c parser/keywords.c parser/keywords.h parser/parse.c parser/scope.c \
	parser/state.h parser/syntax.c parser/want.c
nff_generated += parser/parser.c parser/parser.h parser/scanner.c
EXTRA_DIST += parser/parser.y parser/scanner.l
BUILT_SOURCES += parser/parser.h
CLEANFILES += parser/parser.c parser/parser.h parser/scanner.c

parser/parser.c: $(srcdir)/parser/parser.y
	$(AM_V_GEN)$(MKDIR_P) parser && \
	$(BISON) -Wall -o $@ --header=parser/parser.h $(srcdir)/parser/parser.y
parser/parser.h: parser/parser.c
	@test -f $@ || { rm -f parser/parser.c && $(MAKE) $(AM_MAKEFLAGS) parser/parser.c; }
parser/scanner.c: $(srcdir)/parser/scanner.l
	$(AM_V_GEN)$(MKDIR_P) parser && $(FLEX) -o $@ $(srcdir)/parser/scanner.l
