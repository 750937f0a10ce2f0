/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - what differs between the supported kernels, 6.1 and 6.12.
 */
#ifndef _NFF_COMPAT_H
#define _NFF_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>

/* 6.5 gave segmentation a header of its own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

/* 6.1 takes ranges for attribute validation without const. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define NFF_RANGE_CONST		const
#else
#define NFF_RANGE_CONST
#endif

/* 6.1 asks every expression how it affects register tracking; later kernels dropped that. */
#ifdef NFT_REDUCE_READONLY
#define NFF_EXPR_REDUCE		.reduce = NFT_REDUCE_READONLY,
#else
#define NFF_EXPR_REDUCE
#endif

/* Attributes of a generic netlink dump request. */
static inline struct nlattr **nff_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _NFF_COMPAT_H */
