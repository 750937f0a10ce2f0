// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Matches over a record. Nothing here allocates: it runs for each of some
 * hundred thousand records.
 */
#include "match_int.h"

/* false: the record has no such value. */
static bool selected(const struct match *m, const struct match_sel *sel, const void *rec,
		     nff_u128 *v)
{
	if (!m->type->value(rec, sel->f, sel->dir, v))
		return false;
	for (unsigned int i = 0; i < sel->n_ops; i++) {
		const struct match_op *o = &sel->ops[i];

		switch (o->op) {
		case OP_AND:
			*v &= o->arg;
			break;
		case OP_OR:
			*v |= o->arg;
			break;
		case OP_XOR:
			*v ^= o->arg;
			break;
		case OP_LSHIFT:
			*v = *v << (unsigned int)o->arg & u128_mask(sel->bits);
			break;
		default:
			*v >>= (unsigned int)o->arg;
		}
	}
	return true;
}

static bool in_ranges(const struct match_test *t, nff_u128 v)
{
	unsigned int lo = 0, hi = t->n_ranges;

	/* the last range that begins at or before v is hi - 1 */
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (t->ranges[mid].lo <= v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return hi && v <= t->ranges[hi - 1].hi;
}

static int compare_row(const nff_u128 *a, const nff_u128 *b, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static bool in_boxes(const struct match_test *t, const nff_u128 *v)
{
	const struct match_range *box = t->boxes;

	for (unsigned int i = 0; i < t->n_boxes; i++, box += t->n_sel) {
		unsigned int k = 0;

		while (k < t->n_sel && box[k].lo <= v[k] && v[k] <= box[k].hi)
			k++;
		if (k == t->n_sel)
			return true;
	}
	return false;
}

static bool in_rows(const struct match_test *t, const nff_u128 *v)
{
	unsigned int lo = 0, hi = t->n_rows;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;
		int order = compare_row(t->rows + (size_t)mid * t->n_sel, v, t->n_sel);

		if (!order)
			return true;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return in_boxes(t, v);
}

static bool test_record(const struct match *m, const struct match_test *t, const void *rec)
{
	nff_u128 v[CONCAT_MAX];

	for (unsigned int i = 0; i < t->n_sel; i++)
		if (!selected(m, &t->sel[i], rec, &v[i]))
			return false;
	switch (t->op) {
	case OP_EQ:
		return (t->any || (t->n_sel == 1 ? in_ranges(t, v[0]) : in_rows(t, v))) !=
		       t->negate;
	case OP_LT:
		return v[0] < t->arg;
	case OP_GT:
		return v[0] > t->arg;
	case OP_LE:
		return v[0] <= t->arg;
	case OP_GE:
		return v[0] >= t->arg;
	case OP_FLAGS:
		return (v[0] & t->arg) != 0;
	case OP_NOT_FLAGS:
		return (v[0] & t->arg) == 0;
	default:
		return false;
	}
}

/* Not a part of match_record(), which would save registers for it. */
static __attribute__((noinline)) bool test_all(const struct match *m, const void *rec)
{
	for (const struct match_test *t = m->tests; t; t = t->next)
		if (!test_record(m, t, rec))
			return false;
	return true;
}

/* Lists of everything are to be fast, too. */
bool match_record(const struct match *m, const void *rec)
{
	return !m->tests || test_all(m, rec);
}
