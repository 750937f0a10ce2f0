// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The editor of the line in which a filter is typed.
 */
#include <curses.h>
#include <string.h>

#include "top.h"

#define CTRL(c)		((c) & 0x1f)
#define ESCAPE		27
#define DELETE		127

void top_line_set(struct top_line *l, const char *text)
{
	l->len = l->at = (int)strnlen(text, sizeof(l->text) - 1);
	memcpy(l->text, text, (size_t)l->len);
	l->text[l->len] = '\0';
}

/* Take out what stands between two places. */
static enum top_edit cut(struct top_line *l, int from, int to)
{
	if (from < 0 || from >= to || to > l->len)
		return TOP_EDIT_NONE;
	memmove(l->text + from, l->text + to, (size_t)(l->len - to + 1));
	l->len -= to - from;
	l->at = from;
	return TOP_EDIT_CHANGED;
}

static enum top_edit insert(struct top_line *l, int key)
{
	if (key < ' ' || key > '~' || l->len + 1 >= (int)sizeof(l->text))
		return TOP_EDIT_NONE;
	memmove(l->text + l->at + 1, l->text + l->at, (size_t)(l->len - l->at + 1));
	l->text[l->at++] = (char)key;
	l->len++;
	return TOP_EDIT_CHANGED;
}

static int word_begin(const struct top_line *l)
{
	int i = l->at;

	while (i > 0 && l->text[i - 1] == ' ')
		i--;
	while (i > 0 && l->text[i - 1] != ' ')
		i--;
	return i;
}

static enum top_edit move_to(struct top_line *l, int at)
{
	if (at >= 0 && at <= l->len)
		l->at = at;
	return TOP_EDIT_NONE;
}

enum top_edit top_line_key(struct top_line *l, int key)
{
	switch (key) {
	case '\n':
	case '\r':
	case KEY_ENTER:
		return TOP_EDIT_DONE;
	case ESCAPE:
	case CTRL('c'):
	case CTRL('g'):
		return TOP_EDIT_CANCEL;
	case KEY_BACKSPACE:
	case DELETE:
	case CTRL('h'):
		return cut(l, l->at - 1, l->at);
	case KEY_DC:
	case CTRL('d'):
		return cut(l, l->at, l->at + 1);
	case CTRL('u'):
		return cut(l, 0, l->at);
	case CTRL('k'):
		return cut(l, l->at, l->len);
	case CTRL('w'):
		return cut(l, word_begin(l), l->at);
	case KEY_LEFT:
	case CTRL('b'):
		return move_to(l, l->at - 1);
	case KEY_RIGHT:
	case CTRL('f'):
		return move_to(l, l->at + 1);
	case KEY_HOME:
	case CTRL('a'):
		return move_to(l, 0);
	case KEY_END:
	case CTRL('e'):
		return move_to(l, l->len);
	default:
		return insert(l, key);
	}
}
