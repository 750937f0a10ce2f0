// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is there a terminal for top? In a file of its own, as <term.h> defines plain words.
 */
#include <curses.h>
#include <term.h>
#include <unistd.h>

#include "top_terminal.h"

bool terminal_is_known(void)
{
	int err;

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO) ||
	    setupterm(NULL, STDOUT_FILENO, &err) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}
