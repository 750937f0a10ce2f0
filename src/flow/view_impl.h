/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a view: formats, the sorter, the grouper.
 */
#ifndef NFF_VIEW_IMPL_H
#define NFF_VIEW_IMPL_H

#include "view.h"

/*
 * A format writes a row as text, and puts the text of a row out. In between it may be kept, so
 * that sorting needs neither the record nor its message.
 */
struct view_format {
	void (*row)(struct view *v, const void *rec, struct out *o);
	/* NULL: as it is */
	void (*put)(struct view *v, const char *text, size_t len);
	void (*head)(struct view *v);		/* or NULL */
	void (*tail)(struct view *v);		/* or NULL */
};
extern const struct view_format view_formats[FORMAT_MAX];

/* Show a row, with the head in front of the first one. */
void view_show(struct view *v, const void *rec);
void view_show_text(struct view *v, const char *text, size_t len);
/* Nanoseconds since 1970. */
int64_t view_now(void);

/* 0, or -1 with a diagnostic where there is no such key. */
int view_sort_init(struct view *v);
void view_sort_add(struct view *v, const void *rec);
/* Shows the rows where show is set, and frees all. */
void view_sort_end(struct view *v, bool show);

int view_group_init(struct view *v);
void view_group_add(struct view *v, const void *rec);
void view_group_end(struct view *v, bool show);

void view_table_init(struct view *v);
/* Make the columns as wide as that row needs them; all rows at hand are measured before the first. */
void view_table_measure(struct view *v, const char *text, size_t len);
void view_table_fini(struct view *v);

/* The table as a format: view_formats has it. */
void view_table_row(struct view *v, const void *rec, struct out *o);
void view_table_put(struct view *v, const char *text, size_t len);
void view_table_tail(struct view *v);

#endif
