// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses and ports as text, with names where -N and -S ask for them. Names are looked up once
 * and remembered, as a list has the same ones again and again.
 */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "ct_text.h"
#include "names.h"

/* ---- hosts ---- */

/* The last addresses whose names were asked for, each in the place that its bytes give. */
#define HOSTS	1024

struct host {
	uint8_t family, addr[16];
	bool known;
	char *name;			/* NULL: it has none */
};

static const char *host_name(uint8_t family, const uint8_t *addr)
{
	static struct host *hosts;
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };
	unsigned int len = family == AF_INET6 ? 16 : 4;
	uint32_t hash = family;
	char name[NI_MAXHOST];
	struct host *h;

	for (unsigned int i = 0; i < len; i++)
		hash = (hash ^ addr[i]) * 16777619u;
	if (!hosts)
		hosts = xcalloc(HOSTS, sizeof(hosts[0]));
	h = &hosts[hash % HOSTS];
	if (h->known && h->family == family && !memcmp(h->addr, addr, len))
		return h->name;
	memcpy(&sin.sin_addr, addr, 4);
	if (len == 16)
		memcpy(&sin6.sin6_addr, addr, 16);
	free(h->name);
	h->known = true;
	h->family = family;
	memcpy(h->addr, addr, len);
	h->name = getnameinfo(len == 16 ? (struct sockaddr *)&sin6 : (struct sockaddr *)&sin,
			      len == 16 ? sizeof(sin6) : sizeof(sin), name, sizeof(name), NULL, 0,
			      NI_NAMEREQD) ? NULL : xstrdup(name);
	return h->name;
}

static const uint8_t *tuple_addr(const struct ct_tuple *t, bool source, uint8_t *family)
{
	if (t->has & (source ? CTT_SRC6 : CTT_DST6))
		*family = AF_INET6;
	else if (t->has & (source ? CTT_SRC4 : CTT_DST4))
		*family = AF_INET;
	else
		return NULL;
	return source ? t->src : t->dst;
}

bool put_tuple_addr(struct out *o, const struct ct_tuple *t, bool source,
		    const struct print_opts *opts)
{
	uint8_t family;
	const uint8_t *addr = tuple_addr(t, source, &family);
	const char *name;
	char text[PUT_IP6_MAX], *end;

	if (!addr)
		return false;
	name = opts->names ? host_name(family, addr) : NULL;
	if (name) {
		out_puts(o, name);
	} else {
		end = family == AF_INET6 ? put_ip6(text, addr) : put_ip4(text, addr);
		out_write(o, text, (size_t)(end - text));
	}
	return true;
}

unsigned int order_tuple_addr(const struct ct_tuple *t, bool source,
			      uint8_t bytes[COLUMN_ORDER_MAX])
{
	uint8_t family;
	const uint8_t *addr = tuple_addr(t, source, &family);
	unsigned int len;

	if (!addr)
		return 0;
	bytes[0] = family == AF_INET6;
	len = family == AF_INET6 ? 16 : 4;
	memcpy(bytes + 1, addr, len);
	return 1 + len;
}

/* ---- services ---- */

struct service {
	uint32_t key;			/* protocol and port */
	char *name;
};

struct services {
	struct service *list;		/* sorted */
	size_t n;
};

static uint32_t service_key(unsigned int l4proto, unsigned int port)
{
	return l4proto << 16 | port;
}

static int compare_services(const void *a, const void *b)
{
	const struct service *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* /etc/services, or what nsswitch.conf says: of protocols that have ports. */
static void load_services(struct services *s)
{
	size_t cap = 0;

	setservent(1);
	for (const struct servent *e; (e = getservent()); ) {
		const struct protoent *p = getprotobyname(e->s_proto);

		if (!p)
			continue;
		if (s->n == cap) {
			cap = cap ? cap * 2 : 256;
			s->list = xrealloc(s->list, cap * sizeof(s->list[0]));
		}
		s->list[s->n++] = (struct service){
			service_key((unsigned int)p->p_proto, ntohs((uint16_t)e->s_port)),
			xstrdup(e->s_name),
		};
	}
	endservent();
	if (s->n)
		qsort(s->list, s->n, sizeof(s->list[0]), compare_services);
}

static const char *service_name(unsigned int l4proto, unsigned int port)
{
	static struct services services;
	static bool loaded;
	struct service key = { .key = service_key(l4proto, port) }, *found;

	if (!loaded)
		load_services(&services);
	loaded = true;
	found = services.n ? bsearch(&key, services.list, services.n, sizeof(key),
				     compare_services) : NULL;
	return found ? found->name : NULL;
}

void put_port(struct out *o, unsigned int port, unsigned int l4proto,
	      const struct print_opts *opts)
{
	const char *name = opts->services ? service_name(l4proto, port) : NULL;

	if (name)
		out_puts(o, name);
	else
		out_u64(o, port);
}

void put_protocol(struct out *o, unsigned int l4proto, const struct print_opts *opts)
{
	const struct ct_l4 *l4 = ct_l4(l4proto);

	if (l4->kind == CT_L4_NONE || opts->numeric_proto)
		out_u64(o, l4proto);
	else
		out_puts(o, l4->name);
}

bool put_service(struct out *o, const struct ct_tuple *t, const struct print_opts *opts)
{
	if (!(t->has & CTT_L4PROTO))
		return false;
	put_protocol(o, t->l4proto, opts);
	if (ct_l4(t->l4proto)->kind == CT_L4_PORTS && t->has & CTT_DPORT) {
		out_putc(o, '/');
		put_port(o, t->dport, t->l4proto, opts);
	}
	return true;
}

void put_family_name(struct out *o, unsigned int family)
{
	if (family == NFPROTO_IPV4)
		out_puts(o, "ip");
	else if (family == NFPROTO_IPV6)
		out_puts(o, "ip6");
	else
		out_u64(o, family);
}
