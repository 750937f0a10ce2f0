/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shorthand for the rows of the header tables (proto*.c).
 */
#ifndef NFF_PROTO_TAB_H
#define NFF_PROTO_TAB_H

#include "field.h"

/* A field of a header: name, type, place in bits from the start (MSB first), width. */
#define PFIELD(p, n, t, off, width) \
	{ .name = (n), .type = &(t), .proto = &(p), .kind = FK_PAYLOAD, .byteorder = BO_BIG, \
	  .flags = FF_SETTABLE, .bit_off = (off), .bits = (width) }
/* Another name of the row before. */
#define PALIAS(p, n, t, off, width) \
	{ .name = (n), .type = &(t), .proto = &(p), .kind = FK_PAYLOAD, .byteorder = BO_BIG, \
	  .flags = FF_SETTABLE | FF_ALIAS, .bit_off = (off), .bits = (width) }
/* One that depends on another field of the header. */
#define PFIELD_DEP(p, n, t, off, width, d) \
	{ .name = (n), .type = &(t), .proto = &(p), .kind = FK_PAYLOAD, .byteorder = BO_BIG, \
	  .flags = FF_SETTABLE, .bit_off = (off), .bits = (width), .dep = &(d) }

/* A field of an extension header or an option; key is its number. */
#define XFIELD(p, k, number, n, t, off, width) \
	{ .name = (n), .type = &(t), .proto = &(p), .kind = (k), .byteorder = BO_BIG, \
	  .flags = FF_SETTABLE, .key = (number), .bit_off = (off), .bits = (width) }
/* The row of "is it there at all". */
#define XEXISTS(p, k, number) \
	{ .name = "", .type = &dt_boolean, .proto = &(p), .kind = (k), .byteorder = BO_BIG, \
	  .flags = FF_EXISTS, .key = (number), .bit_off = 0, .bits = 8 }

#define FIELD_END { .name = NULL }

#endif
