/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nff_hash.h - hashing and comparing keys, inlined into the fast path.
 *
 * The hash covers ports, protocol and addresses; the ingress part is compared
 * only. So the learning hook, which does not know yet where packets come in,
 * finds a flow in the same chain, and equal tuples of several conntrack zones
 * live side by side.
 */
#ifndef _NFF_HASH_H
#define _NFF_HASH_H

#include <linux/bitops.h>
#include <linux/jhash.h>
#include "nff.h"

#if defined(__SIZEOF_INT128__) && BITS_PER_LONG == 64
/* Multiply and fold: both halves of the product depend on every bit of both factors. */
static __always_inline u64 nff_mix(u64 a, u64 b)
{
	unsigned __int128 p = (unsigned __int128)a * b;

	return (u64)p ^ (u64)(p >> 64);
}

static __always_inline u32 nff_key_hash(const void *data, u32 len, u32 seed)
{
	const struct nff_key *k = data;
	/* odd 64-bit constants (fractions of square roots of primes) spread the seed */
	u64 s0 = (u64)seed * 0x6a09e667f3bcc909ULL;
	u64 s1 = s0 ^ 0xbb67ae8584caa73bULL;
	u64 h = nff_mix(k->addr[0] ^ s0, k->l4 ^ s1);

	if (nff_key_family(k) == NFPROTO_IPV6)
		h ^= nff_mix(nff_mix(k->addr[1] ^ s1, k->addr[2] ^ s0) ^ s0, k->addr[3] ^ s1);
	return h ^ h >> 32;
}
#else
static __always_inline u32 nff_key_hash(const void *data, u32 len, u32 seed)
{
	const struct nff_key *k = data;
	unsigned int words = nff_key_family(k) == NFPROTO_IPV6 ? 10 : 4;

	return jhash2((const u32 *)&k->l4, words, seed);
}
#endif

static __always_inline bool nff_key_tuple_differs(const struct nff_key *a, const struct nff_key *b)
{
	if (a->addr[0] != b->addr[0] || a->l4 != b->l4)
		return true;
	if (nff_key_family(a) != NFPROTO_IPV6)
		return false;
	return ((a->addr[1] ^ b->addr[1]) | (a->addr[2] ^ b->addr[2]) |
		(a->addr[3] ^ b->addr[3])) != 0;
}

/* Pairs with nff_flow_publish(): whoever sees @in sees the filled direction. */
static __always_inline int nff_key_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct nff_key *k = arg->key;
	const struct nff_dir *d = obj;

	return nff_key_tuple_differs(k, &d->key) || smp_load_acquire(&d->key.in) != k->in;
}

#define NFF_HASH_PARAMS(cmp) {						\
	.head_offset		= offsetof(struct nff_dir, node),	\
	.key_offset		= offsetof(struct nff_dir, key),	\
	.key_len		= sizeof(struct nff_key),		\
	.hashfn			= nff_key_hash,				\
	.obj_cmpfn		= cmp,					\
	.automatic_shrinking	= true,					\
}

static const struct rhashtable_params nff_hash_params = NFF_HASH_PARAMS(nff_key_cmp);

static __always_inline struct nff_dir *nff_lookup(struct nff_table *t, const struct nff_key *k)
{
	return rhashtable_lookup(&t->hash, k, nff_hash_params);
}

#endif /* _NFF_HASH_H */
