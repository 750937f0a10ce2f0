// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types of the network: strings, addresses, protocols and ports.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "arena.h"
#include "field.h"
#include "types.h"

/* ---- strings ---- */

int string_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		 const char **err)
{
	size_t len = strlen(text), max = bits ? bits / 8 : 16;
	char buf[16] = "";

	(void)dt;
	/* "\*" at the end stands for a star that is no wildcard */
	if (len >= 2 && !strcmp(text + len - 2, "\\*"))
		len--;
	if (max > sizeof(buf))
		max = sizeof(buf);
	if (len >= max) {
		*err = "string is too long";
		return -1;
	}
	memcpy(buf, text, len);
	if (len && text[len] == '*')
		buf[len - 1] = '*';
	*value = value_import(buf, BO_BIG, max);
	return 0;
}

void string_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		  const struct print_opts *opts, struct out *o)
{
	unsigned int len = bits ? bits / 8 : 16, n;
	char buf[16];

	(void)dt;
	(void)opts;
	if (len > sizeof(buf))
		len = sizeof(buf);
	value_export(value, BO_BIG, len, buf);
	n = strnlen(buf, len);
	out_putc(o, '"');
	if (n && buf[n - 1] == '*') {
		out_write(o, buf, n - 1);
		out_puts(o, "\\*");
	} else {
		out_write(o, buf, n);
	}
	out_putc(o, '"');
}

/* ---- addresses ---- */

int lladdr_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		 const char **err)
{
	unsigned int n = 0, digits;
	nff_u128 v = 0;

	(void)dt;
	(void)err;
	if (!strchr(text, ':'))
		return -1;
	for (;; text++) {
		unsigned int byte = 0;

		for (digits = 0; isxdigit((unsigned char)*text); text++, digits++)
			byte = byte << 4 | (isdigit((unsigned char)*text) ?
					    *text - '0' : (*text | 0x20) - 'a' + 10);
		if (!digits || digits > 2 || ++n > 16)
			return -1;
		v = v << 8 | byte;
		if (!*text)
			break;
		if (*text != ':')
			return -1;
	}
	if (bits && n * 8 != bits)
		return -1;
	*value = v;
	return 0;
}

void lladdr_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		  const struct print_opts *opts, struct out *o)
{
	unsigned int len = (bits ? bits : dt->bits ? dt->bits : 48) / 8, i;
	uint8_t buf[16];

	(void)opts;
	if (len > sizeof(buf))
		len = sizeof(buf);
	value_export(value, BO_BIG, len, buf);
	for (i = 0; i < len; i++)
		out_printf(o, "%s%02x", i ? ":" : "", buf[i]);
}

/*
 * A host name: rules hold addresses, so it must have exactly one of the
 * family.
 */
static int resolve(const char *name, int family, void *addr, const char **err)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_RAW }, *res;
	int ret = -1;

	/* a name begins with a letter: "1.2.3" is a wrong address */
	if (!isalpha((unsigned char)name[0]) || strspn(name, "abcdefABCDEF0123456789:.") ==
	    strlen(name))
		return -1;
	if (getaddrinfo(name, NULL, &hints, &res)) {
		*err = "could not resolve the hostname";
		return -1;
	}
	if (res->ai_next)
		*err = "the hostname has several addresses";
	else
		ret = 0;
	if (!ret && family == AF_INET)
		memcpy(addr, &((struct sockaddr_in *)res->ai_addr)->sin_addr, 4);
	else if (!ret)
		memcpy(addr, &((struct sockaddr_in6 *)res->ai_addr)->sin6_addr, 16);
	freeaddrinfo(res);
	return ret;
}

/* The name of an address for -N; false: it has none. */
static bool print_hostname(const struct sockaddr *sa, socklen_t len, struct out *o)
{
	char host[NI_MAXHOST];

	if (getnameinfo(sa, len, host, sizeof(host), NULL, 0, NI_NAMEREQD))
		return false;
	out_puts(o, host);
	return true;
}

int ipaddr_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		 const char **err)
{
	uint8_t addr[4];

	(void)dt;
	(void)bits;
	/* plain numbers are left to the integer that an address is based on */
	if (inet_pton(AF_INET, text, addr) != 1 && resolve(text, AF_INET, addr, err))
		return -1;
	*value = value_import(addr, BO_BIG, 4);
	return 0;
}

void ipaddr_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		  const struct print_opts *opts, struct out *o)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	uint8_t a[4];
	unsigned int i;

	(void)dt;
	(void)bits;
	value_export(value, BO_BIG, 4, a);
	memcpy(&sin.sin_addr, a, 4);
	if (opts->names && print_hostname((struct sockaddr *)&sin, sizeof(sin), o))
		return;
	for (i = 0; i < 4; i++) {
		if (i)
			out_putc(o, '.');
		out_u64(o, a[i]);
	}
}

int ip6addr_parse(const struct datatype *dt, const char *text, unsigned int bits,
		  nff_u128 *value, const char **err)
{
	uint8_t addr[16];

	(void)dt;
	(void)bits;
	if (inet_pton(AF_INET6, text, addr) != 1 && resolve(text, AF_INET6, addr, err))
		return -1;
	*value = value_import(addr, BO_BIG, 16);
	return 0;
}

void ip6addr_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		   const struct print_opts *opts, struct out *o)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };
	char buf[INET6_ADDRSTRLEN];

	(void)dt;
	(void)bits;
	value_export(value, BO_BIG, 16, &sin6.sin6_addr);
	if (opts->names && print_hostname((struct sockaddr *)&sin6, sizeof(sin6), o))
		return;
	out_puts(o, inet_ntop(AF_INET6, &sin6.sin6_addr, buf, sizeof(buf)));
}

/* ---- protocols and ports ---- */

/*
 * Names out of /etc/protocols, read with the first use: getprotobynumber()
 * would open the file for each value of a listing.
 */
static const char *proto_names[256];

static const char *proto_name(uint64_t value)
{
	static bool loaded;
	const struct protoent *p;

	if (!loaded) {
		loaded = true;
		setprotoent(1);
		while ((p = getprotoent()))
			if (p->p_proto >= 0 && p->p_proto < 256 && !proto_names[p->p_proto])
				proto_names[p->p_proto] = xstrdup(p->p_name);
		endprotoent();
	}
	if (value >= 256)
		return NULL;
	return proto_names[value] ? proto_names[value] : symbol_by_value(proto_symbols, value);
}

int inet_proto_parse(const struct datatype *dt, const char *text, unsigned int bits,
		     nff_u128 *value, const char **err)
{
	/* what rulesets use most needs no file */
	static const struct symbol common[] = {
		{ "tcp", 6 }, { "udp", 17 }, { "icmp", 1 },
		/* a word of the language, which /etc/protocols may lack */
		{ "icmpv6", 58 },
		{ NULL, 0 }
	};
	const struct proto *header;
	const struct protoent *p;
	uint64_t v;

	(void)dt;
	(void)bits;
	(void)err;
	if (isdigit((unsigned char)text[0]))
		return -1;
	if (symbol_by_name(common, text, &v))
		*value = v;
	else if ((p = getprotobyname(text)))
		*value = p->p_proto;
	else if (symbol_by_name(proto_symbols, text, &v))
		*value = v;
	else if ((header = proto_by_name(text)) && header->l4proto >= 0)
		*value = header->l4proto;	/* "comp", as its header is called */
	else
		return -1;
	return 0;
}

void inet_proto_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		      const struct print_opts *opts, struct out *o)
{
	const char *name = opts->numeric_proto ? NULL : proto_name(value);

	(void)dt;
	(void)bits;
	if (name)
		out_puts(o, name);
	else
		out_u128(o, value);
}

int inet_service_parse(const struct datatype *dt, const char *text, unsigned int bits,
		       nff_u128 *value, const char **err)
{
	struct addrinfo hints = { .ai_family = AF_INET }, *res;

	(void)dt;
	(void)bits;
	if (isdigit((unsigned char)text[0]))
		return -1;
	if (getaddrinfo(NULL, text, &hints, &res)) {
		*err = "unknown service";
		return -1;
	}
	*value = ntohs(((struct sockaddr_in *)res->ai_addr)->sin_port);
	freeaddrinfo(res);
	return 0;
}

void inet_service_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
			const struct print_opts *opts, struct out *o)
{
	const struct servent *service = NULL;

	(void)dt;
	(void)bits;
	/* whatever the transport protocol: some services have UDP only */
	if (opts->services && value <= 65535 && value)
		service = getservbyport(htons(value), NULL);
	if (service)
		out_printf(o, "\"%s\"", service->s_name);
	else
		out_u128(o, value);
}
