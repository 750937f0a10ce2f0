/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NFF_TOP_TERMINAL_H
#define NFF_TOP_TERMINAL_H

#include <stdbool.h>

/*
 * Are standard input and output a terminal of a kind that ncurses knows? Asked before newterm(),
 * which keeps memory where it fails. (src/flow/top_terminal.c)
 */
bool terminal_is_known(void);

#endif
