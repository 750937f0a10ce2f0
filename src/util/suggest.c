// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "did you mean": the nearest of several words to one that is unknown.
 */
#include <string.h>

#include "suggest.h"

#define SUGGEST_LEN_MAX 32

void suggest_init(struct suggestion *s, const char *text, size_t len)
{
	s->text = text;
	s->len = len;
	s->best = NULL;
	/* a word of three letters may have one wrong, a long one three */
	s->distance = len < 3 ? 0 : len < 6 ? 2 : len < 10 ? 3 : 4;
}

/*
 * How many letters must be added, removed, changed or swapped with their
 * neighbour to make one word of the other.
 */
static unsigned int edit_distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int row[3][SUGGEST_LEN_MAX + 1];
	unsigned int *before = row[0], *last = row[1], *cur = row[2], *t;
	size_t i, j;

	for (j = 0; j <= m; j++)
		last[j] = j;
	for (i = 1; i <= n; i++) {
		cur[0] = i;
		for (j = 1; j <= m; j++) {
			unsigned int d = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (cur[j - 1] + 1 < d)
				d = cur[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			cur[j] = d;
		}
		t = before;
		before = last;
		last = cur;
		cur = t;
	}
	return last[m];
}

void suggest(struct suggestion *s, const char *candidate)
{
	size_t len = strlen(candidate);
	unsigned int d;

	if (!s->distance || s->len > SUGGEST_LEN_MAX || len > SUGGEST_LEN_MAX || !len)
		return;
	/* an abbreviation is meant to be the whole word */
	if (s->len < len && strncmp(s->text, candidate, s->len) == 0)
		d = 1;
	else
		d = edit_distance(s->text, s->len, candidate, len);
	if (d < s->distance) {
		s->distance = d;
		s->best = candidate;
	}
}
