/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nff.h - what the files of the nff module share.
 *
 * A connection that a flow statement picks becomes a struct nff_flow, found in
 * its flowtable's hash by the tuple of either direction. A direction is on the
 * fast path from the moment one of its packets has passed the whole classic
 * path: nff_learn.c then copies what the stack decided about it (route,
 * neighbour, devices). Nothing is looked up on behalf of the other direction.
 */
#ifndef _NFF_H
#define _NFF_H

#include <linux/atomic.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/rhashtable.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/dst.h>
#include <net/neighbour.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_flow_table.h>
#include <net/netfilter/nf_tables.h>
#include <linux/nff.h>

#include "compat.h"

/* l4 word of a key: ports as in the packet, then protocol, then family */
#define NFF_L4_PROTO_SHIFT	32
#define NFF_L4_FAMILY_SHIFT	40

/**
 * struct nff_key - what identifies the packets of one direction
 * @in: ingress interface and encapsulation (nff_in()), 0 while not on the fast path
 * @l4: ports, protocol and family
 * @addr: source and destination: IPv4 fills the first word, IPv6 two words each
 */
struct nff_key {
	u64 in;
	u64 l4;
	u64 addr[4];
};

/* struct nff_dir flags */
#define NFF_D_REPLY		BIT(0)	/* second element of nff_flow.dir */
#define NFF_D_NAT		BIT(1)	/* addresses or ports are rewritten */
#define NFF_D_DIRECT		BIT(2)	/* NFF_XMIT_DIRECT */
#define NFF_D_ACCT		BIT(3)	/* conntrack counts too */
#define NFF_D_BRIDGED		BIT(4)	/* comes in on a bridge port, below its L3 device */
#define NFF_D_V6		BIT(5)

/**
 * struct nff_dir - one direction of a flow, two cache lines: lookup, then forwarding
 * @node: in nff_table.hash
 * @key: see struct nff_key
 * @mtu: largest IP packet
 * @l3_delta: what to add to the IPv4 header checksum, TTL step included
 * @flags: NFF_D_*
 * @csum_at: offset of the checksum in the transport header, 0: none
 * @dst: route, a reference
 * @neigh: next hop, a reference
 * @dev: device to send on, a reference
 * @packets: packets forwarded
 * @bytes: their bytes, from the network header on
 * @nat_saddr: new IPv4 source
 * @nat_daddr: new IPv4 destination (IPv6 takes both from the other direction's key)
 * @nat_ports: new ports as in the packet
 * @cookie: for dst_check()
 * @last: jiffies of the last packet
 * @l4_delta: what to add to a complete transport checksum
 * @l4_pseudo: what to add to a partial one, which covers the pseudo header only
 */
struct nff_dir {
	struct rhash_head	node;
	struct nff_key		key;
	u16			mtu;
	u16			l3_delta;
	u8			flags;
	u8			csum_at;
	u16			spare;

	struct dst_entry	*dst;
	struct neighbour	*neigh;
	struct net_device	*dev;
	atomic64_t		packets;
	atomic64_t		bytes;
	__be32			nat_saddr;
	__be32			nat_daddr;
	u32			nat_ports;
	u32			cookie;
	u32			last;
	u16			l4_delta;
	u16			l4_pseudo;
};

/**
 * struct nff_l2 - link-layer facts of a direction that few packets need
 * @header: for NFF_D_DIRECT: destination and source address
 * @in_mac: for NFF_D_BRIDGED: address of the L3 input device
 * @in_l3: index of the L3 input device
 * @tci: for NFF_D_DIRECT: tags to put on, outermost first
 * @proto: their protocols, 0: no tag
 */
struct nff_l2 {
	u8	header[2 * ETH_ALEN];
	u8	in_mac[ETH_ALEN];
	u16	tci[2];
	__be16	proto[2];
	u16	spare;
	u32	in_l3;
};

/* struct nff_flow flags, bit numbers */
enum {
	NFF_BIT_READY,			/* in the hash and in nff_net.flows, may be removed */
	NFF_BIT_DEAD,			/* being removed, whoever sets it does it */
	NFF_BIT_GONE,			/* listeners know that it left; under nff_flow.lock */
	NFF_BIT_LEARN,			/* and +1: this direction is (being) filled in */
	NFF_BIT_ANNOUNCED = NFF_BIT_LEARN + 2, /* listeners know it; under nff_flow.lock */
	NFF_BIT_NAT_SRC,
	NFF_BIT_NAT_DST,
};

/**
 * struct nff_flow - a connection in a flowtable
 * @dir: both directions, indexed by enum ip_conntrack_dir
 * @ct: conntrack entry, a reference
 * @table: flowtable; outlives the flow by a grace period
 * @flags: NFF_BIT_* bits
 * @created: boot time in nanoseconds
 * @id: index in nff_net.flows
 * @l2: see struct nff_l2
 * @lock: the flow's end is told after its beginning, and before dumps leave it out. Set up by the
 *	slab's constructor.
 * @rcu: for freeing
 *
 * Its cache has a constructor, which takes 8 bytes more of the slab's 384.
 */
struct nff_flow {
	struct nff_dir		dir[IP_CT_DIR_MAX];
	struct nf_conn		*ct;
	struct nff_table	*table;
	unsigned long		flags;
	u64			created;
	u32			id;
	struct nff_l2		l2[IP_CT_DIR_MAX];
	spinlock_t		lock;
	struct rcu_head		rcu;
};

/**
 * struct nff_stats - per-CPU counters of a flowtable, see enum nff_stats_attr
 */
struct nff_stats {
	u64	hits;
	u64	misses;
	u64	adds;
	u64	classic[__NFF_CLASSIC_MAX];
	u64	refused[__NFF_REFUSED_MAX];
	u64	removed[__NFF_REMOVED_MAX];
};

/**
 * struct nff_devs - interface indexes bound to a flowtable, replaced under RCU
 */
struct nff_devs {
	struct rcu_head	rcu;
	unsigned int	num;
	int		ifindex[];
};

/**
 * struct nff_table - a flowtable of this module
 * @hash: flows by tuple, two nodes a flow
 * @stats: counters
 * @nn: namespace
 * @count: flows in the table
 * @peak: most flows at once
 * @size: limit, 0: none
 * @tcp_timeout: seconds, 0: the kernel's default
 * @udp_timeout: likewise
 * @devs: bound devices
 * @list: in nff_net.tables
 * @ft: nf_tables' part, valid while on the list under nff_net.lock
 * @work: last part of the life, after a grace period
 * @handle, @family: copies for netlink
 * @name, @table_name: copies, in the same allocation
 */
struct nff_table {
	struct rhashtable	hash;
	struct nff_stats __percpu *stats;
	struct nff_net		*nn;
	atomic_t		count;
	u32			peak;
	u32			size;
	u32			tcp_timeout;
	u32			udp_timeout;
	struct nff_devs __rcu	*devs;
	struct list_head	list;
	struct nf_flowtable	*ft;
	struct rcu_work		work;
	u64			handle;
	u8			family;
	const char		*name;
	const char		*table_name;
	char			names[];
};

/**
 * struct nff_net - the module's part of a network namespace
 * @net: the namespace
 * @flows: every flow by id, in the order in which dumps show them
 * @last_id: the id that was given last
 * @tables: struct nff_table, changed under @lock, read under RCU
 * @lock: serialises table life and settings
 * @gen: changes with @tables
 * @hooked: learning hooks are registered
 * @dying: namespace goes away, no new flows
 * @gc: collector, runs while there are flows
 */
struct nff_net {
	struct net		*net;
	struct xarray		flows;
	atomic_t		last_id;
	struct list_head	tables;
	struct mutex		lock;
	u32			gen;
	bool			hooked;
	bool			dying;
	struct delayed_work	gc;
};

extern unsigned int nff_net_id;
extern struct workqueue_struct *nff_wq;

struct nff_net *nff_net(const struct net *net);

/* The flow that a direction belongs to. */
static inline struct nff_flow *nff_dir_flow(const struct nff_dir *d)
{
	d -= d->flags & NFF_D_REPLY;
	return container_of(d, struct nff_flow, dir[0]);
}

/* The direction's index, enum ip_conntrack_dir. */
static inline unsigned int nff_dir_index(const struct nff_dir *d)
{
	return d->flags & NFF_D_REPLY;
}

/*
 * Is a direction on the fast path? If so, its fields are filled in and stay; pairs with
 * nff_flow_publish().
 */
static inline bool nff_dir_live(const struct nff_dir *d)
{
	return smp_load_acquire(&d->key.in) != 0;
}

static inline u8 nff_key_proto(const struct nff_key *k)
{
	return k->l4 >> NFF_L4_PROTO_SHIFT;
}

static inline u8 nff_key_family(const struct nff_key *k)
{
	return k->l4 >> NFF_L4_FAMILY_SHIFT;
}

/*
 * Encapsulation word of a key: at most an outer VLAN tag and an inner VLAN tag
 * or PPPoE session. A lone tag is the outer one, a lone session the inner one.
 */
enum { NFF_ENCAP_NONE, NFF_ENCAP_8021Q, NFF_ENCAP_8021AD, NFF_ENCAP_PPPOE };

static inline u32 nff_encap_outer(u32 kind, u16 id)
{
	return kind << 12 | (id & 0xfff);
}

static inline u32 nff_encap_inner(u32 kind, u16 id)
{
	return kind << 30 | (u32)id << 14;
}

static inline u64 nff_in(int ifindex, u32 encap)
{
	return (u64)encap << 32 | (u32)ifindex;
}

#define nff_count(table, what)	this_cpu_inc((table)->stats->what)

/* nff_table.c */
struct nff_table *nff_table(const struct nf_flowtable *ft);
int nff_table_init(struct nf_flowtable *ft);
void nff_table_free(struct nf_flowtable *ft);
int nff_table_setup(struct nf_flowtable *ft, struct net_device *dev,
		    enum flow_block_command cmd);
bool nff_table_has_dev(const struct nff_table *t, int ifindex);
bool nff_table_active(const struct nff_table *t);
unsigned long nff_table_timeout(const struct nff_table *t, u8 l4proto);
void nff_table_unhook(struct nff_net *nn);

/* nff_flow.c */
int nff_flow_cache_init(void);
void nff_flow_cache_exit(void);
enum nff_refused nff_flow_add(struct nff_table *t, struct nf_conn *ct);
bool nff_flow_remove(struct nff_flow *flow, enum nff_removed why);
void nff_flow_publish(struct nff_flow *flow, unsigned int dir, u64 in);
u32 nff_flow_last(const struct nff_flow *flow);
void nff_key_init(struct nff_key *k, const struct nf_conntrack_tuple *t);

/* nff_ct.c */
enum nff_refused nff_ct_check(const struct nf_conn *ct);
void nff_ct_enter(struct nf_conn *ct);
void nff_ct_extend(struct nf_conn *ct);
void nff_ct_leave(struct nf_conn *ct, u32 idle);
void nff_ct_age(struct nf_conn *ct, u32 idle);

/* nff_walk.c */
typedef enum nff_removed (*nff_walk_fn)(struct nff_flow *flow, void *arg);
unsigned int nff_walk(struct nff_net *nn, nff_walk_fn visit, void *arg);
unsigned int nff_walk_table(struct nff_table *t, enum nff_removed why);
void nff_gc_work(struct work_struct *work);
void nff_gc_start(struct nff_net *nn);

/* nff_dev.c */
extern struct notifier_block nff_dev_notifier;

/* nff_path.c */
struct nff_path {
	const struct net_device *dev;
	u32	encap;
	u16	tci[2];
	__be16	proto[2];
	bool	bridged;
	bool	pppoe;
};
void nff_path_in(const struct nff_table *t, const struct net_device *l3, const u8 *mac,
		 struct nff_path *path);
int nff_path_out(const struct net_device *l3, const u8 *mac, struct nff_path *path);
bool nff_path_changed(const struct nff_flow *flow, unsigned int dir);


/* nff_learn.c */
extern const struct nf_hook_ops nff_learn_ops[2];

/* nff_fast.c */
unsigned int nff_hook_ip(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int nff_hook_ip6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int nff_hook_inet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/* nff_expr.c */
int nff_expr_register(void);
void nff_expr_unregister(void);

/* nff_filter.c */
struct nff_filter {
	u8		family;
	const char	*table;
	const char	*flowtable;
	u32		present;	/* BIT(NFF_FILTER_*) */
	u32		id;
	u8		l3proto;
	u8		l4proto;
	struct nff_prefix addr[NFF_FILTER_ADDR - NFF_FILTER_ORIG_SRC + 1];
	u16		port[NFF_FILTER_PORT - NFF_FILTER_ORIG_SPORT + 1];
	u32		mark;
	u32		mark_mask;
	u16		zone;
	u32		ifindex;
	__be32		ct_id;
};
extern const struct nla_policy nff_filter_policy[NFF_FILTER_MAX + 1];
int nff_filter_parse(struct nff_filter *f, struct nlattr **attrs, int max,
		     struct netlink_ext_ack *extack);
bool nff_filter_table(const struct nff_filter *f, const struct nff_table *t);
bool nff_filter_flow(const struct nff_filter *f, const struct nff_flow *flow);

/* nff_genl.c */
extern struct genl_family nff_genl_family;
int nff_genl_put_names(struct sk_buff *skb, const struct nff_table *t);
int nff_genl_reply_count(struct genl_info *info, u32 count);
void nff_table_reset(struct nff_table *t);

/* nff_genl_flow.c */
int nff_genl_put_flow(struct sk_buff *skb, const struct nff_flow *flow, enum nff_removed why);
int nff_genl_get_flow(struct sk_buff *skb, struct genl_info *info);
int nff_genl_dump_flows_start(struct netlink_callback *cb);
int nff_genl_dump_flows(struct sk_buff *skb, struct netlink_callback *cb);
int nff_genl_dump_flows_done(struct netlink_callback *cb);
int nff_genl_del_flow(struct sk_buff *skb, struct genl_info *info);
int nff_genl_flush_flows(struct sk_buff *skb, struct genl_info *info);
int nff_genl_reset(struct sk_buff *skb, struct genl_info *info);

/* nff_event.c */
void nff_event(struct nff_flow *flow, enum nff_cmd cmd, enum nff_removed why);

#endif /* _NFF_H */
