/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rows of datatype.c are made of: symbol tables (symbols.c) and the
 * parse and print functions of types that need more than symbols.
 */
#ifndef NFF_LANG_TYPES_H
#define NFF_LANG_TYPES_H

#include "datatype.h"

extern const struct symbol nfproto_symbols[], ethertype_symbols[], arpop_symbols[],
	icmp_type_symbols[], tcp_flag_symbols[], dccp_pkttype_symbols[], mh_type_symbols[],
	arphrd_symbols[], ct_state_symbols[], ct_dir_symbols[], ct_status_symbols[],
	icmp6_type_symbols[], pkttype_symbols[], icmp_code_symbols[], icmpv6_code_symbols[],
	icmpx_code_symbols[], dscp_symbols[], ecn_symbols[], fib_addr_symbols[],
	boolean_symbols[], ct_event_symbols[], igmp_type_symbols[], day_symbols[],
	proto_symbols[];

#define TYPE_PARSE(name) \
	int name(const struct datatype *dt, const char *text, unsigned int bits, \
		 nff_u128 *value, const char **err)
#define TYPE_PRINT(name) \
	void name(const struct datatype *dt, nff_u128 value, unsigned int bits, \
		  const struct print_opts *opts, struct out *o)

/* types_net.c: addresses, ports, protocols, strings */
TYPE_PARSE(string_parse);
TYPE_PRINT(string_print);
TYPE_PARSE(lladdr_parse);
TYPE_PRINT(lladdr_print);
TYPE_PARSE(ipaddr_parse);
TYPE_PRINT(ipaddr_print);
TYPE_PARSE(ip6addr_parse);
TYPE_PRINT(ip6addr_print);
TYPE_PARSE(inet_proto_parse);
TYPE_PRINT(inet_proto_print);
TYPE_PARSE(inet_service_parse);
TYPE_PRINT(inet_service_print);

/* types_sys.c: what the system gives names to */
TYPE_PARSE(ifindex_parse);
TYPE_PRINT(ifindex_print);
TYPE_PARSE(uid_parse);
TYPE_PRINT(uid_print);
TYPE_PARSE(gid_parse);
TYPE_PRINT(gid_print);
TYPE_PARSE(mark_parse);
TYPE_PRINT(mark_print);
TYPE_PARSE(realm_parse);
TYPE_PRINT(realm_print);
TYPE_PARSE(devgroup_parse);
TYPE_PRINT(devgroup_print);
TYPE_PARSE(ct_label_parse);
TYPE_PRINT(ct_label_print);
TYPE_PARSE(classid_parse);
TYPE_PRINT(classid_print);
TYPE_PARSE(cgroupv2_parse);
TYPE_PRINT(cgroupv2_print);

/* types_time.c */
TYPE_PARSE(duration_type_parse);
TYPE_PRINT(duration_type_print);
TYPE_PARSE(date_parse);
TYPE_PRINT(date_print);
TYPE_PARSE(hour_parse);
TYPE_PRINT(hour_print);
TYPE_PARSE(day_parse);
TYPE_PRINT(day_print);

/* symfile.c: number-to-name files such as those of iproute2, read once */
struct symfile;
extern struct symfile symfile_marks, symfile_realms, symfile_groups, symfile_labels;
/* The name of a number, or NULL. */
const char *symfile_name(struct symfile *sf, uint64_t value);
bool symfile_value(struct symfile *sf, const char *name, uint64_t *value);
/* Row i of the file; NULL past the end. */
const char *symfile_row(struct symfile *sf, unsigned int i, uint64_t *value);

#endif
