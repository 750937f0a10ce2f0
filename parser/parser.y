/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar: shapes, no names. What the nodes look like is in build.c.
 *
 * Rules called want_..., and the heads of statements and blocks (k_..., b_...)
 * tell the scanner what the next word is; see state.h. They must stay the only
 * possible reduction of their state: tests/unit/test-parse.c would notice.
 */
%require "3.8"
%define api.pure full
%define api.push-pull push
%define api.location.type {struct loc}
%define parse.error custom
%define parse.lac full
%locations
%parse-param {struct parser *p}
%expect 0

%code requires {
#include "state.h"
}

%code {
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "build.h"
#include "query.h"

/* The depth of braces is limited by the scanner; this bounds all else. */
#define YYMAXDEPTH 2000

/* Most rules have one part, and parts of one source. */
#define YYLLOC_DEFAULT(cur, rhs, n) do { \
	if ((n) == 1) { \
		(cur) = YYRHSLOC(rhs, 1); \
	} else if (n) { \
		const struct loc *l_ = &YYRHSLOC(rhs, n); \
		(cur) = YYRHSLOC(rhs, 1); \
		if ((cur).src == l_->src && l_->off + l_->len >= (cur).off + (cur).len) \
			(cur).len = l_->off + l_->len - (cur).off; \
	} else { \
		(cur) = YYRHSLOC(rhs, 0); \
		(cur).off += (cur).len; \
		(cur).len = 0; \
	} \
} while (0)

static void yyerror(const struct loc *loc, struct parser *p, const char *msg);
}

%union {
	const char *str;
	uint64_t num;
	const struct proto *proto;
	const struct field *field;
	struct expr *expr;
	struct stmt *stmt;
	struct stmts stmts;
	struct rule *rule;
	struct elem_opts *opts;
}

/* what the scanner makes of words that no table has, numbers and strings */
%token <str> WORD "word" NAME "name" NUMBER "number" ADDRESS "address" STRING "string"
%token <str> WILDCARD "name*" VARIABLE "$variable" FIELD_HEAD "field name"
%token <num> SYMBOL "symbol" SYMBOL_HEAD "symbol with more" FAMILY "family"
%token <num> RAW_BASE "@header,offset,length"
%token <field> FIELD "field" META_KEY "meta key"
%token <proto> PROTO "protocol" FAMILY_PROTO "protocol or family" SUBPROTO "option name"
%token SEP "end of the statement" BAD "bad text" COMPLETE
%token EQ "==" NE "!=" LE "<=" GE ">=" LT "<" GT ">" NOT "!" AND "&" OR "|" XOR "^"
%token LSHIFT "<<" RSHIFT ">>" MASK "/"
/* keywords: their text is in keywords.c */
%token ACCEPT ADD ADDR AUTO_MERGE BURST BYPASS BYTES CHAIN CHUNK COMMENT CONNTRACKS CONTINUE
%token COUNT COUNTER CREATE CT DEFINE DELETE DESCRIBE DESTROY DEVICE DEVICES DNAT DPORT DROP DUP
%token ELEMENT ELEMENTS EXPECTATION EXPECTATIONS EXPIRES EXTHDR FANOUT FIB FLAGS FLOW FLOWTABLE
%token FLUSH FWD GC_INTERVAL GET GOTO GROUP HANDLE HELPER HELPERS HOOK HOOKS INCLUDE INDEX INSERT
%token INTERVAL IPSEC JHASH JUMP L3PROTO LAST LEVEL LIMIT LIST LOG MAP MASQUERADE META METER MOD
%token MSS NAME_KW NOTRACK NUMGEN NUM_KW OFFLOAD OFFSET OPTION OSF OVER PACKETS POLICY POSITION
%token PREFIX PRIORITY PROTOCOL QUEUE QUEUE_THRESHOLD QUOTA RATE REDEFINE REDIRECT REJECT RENAME
%token REPLACE RESET RETURN RT RULE RULESET SACK_PERM SECMARK SEED SET SIZE SNAPLEN SNAT
%token ALL BY CONNTRACK DYING FEATURES FLOWS MASTER MONITOR NEW SHOW SORT SYSCTL SYSCTLS TOP
%token UNCONFIRMED WHERE OPTION_UNKNOWN "option"
%token <num> ORDER "'asc' or 'desc'" OPTION_FLAG "-option" OPTION_VALUE "-option value"
%token SOCKET SPNUM SYMHASH SYNPROXY TABLE TIMEOUT TIMEOUTS TIMESTAMP TO TPROXY TTL TYPE
%token TRACE TYPEOF UNDEFINE UNTIL UPDATE USED VMAP WITH WSCALE XT
%token <num> CHAINS DIRECTION "'original' or 'reply'" NAT_FLAG "flag" PLURAL "objects" RULES TABLES

%left OR
%left XOR
%left AND
%left LSHIFT RSHIFT

%type <str> name string time_text ref_name query_word option_value
%type <num> number u32 time bytes amount burst_amount over symbols relop
%type <num> family_word family_opt one_kind ct_kinds plural rule_place
%type <num> event reject_kind nat_flags_opt nat_flags fwd_family queue_flags queue_flag
%type <num> setupd_op meter_size
%type <num> ct_direction fib_flags fib_flag offset_opt seed_opt osf_ttl xfrm_dir
%type <expr> lhs lhs_concat lhs_arith expr concat range arith primary constant selector value values
%type <expr> rhs rhs_list rhs_concat rhs_range rhs_arith rhs_primary initializer match
%type <expr> some_elements empty_set set_expr set_ref set_or_ref elems elems_comma elem elem_key elem_data verdict
%type <expr> priority_base dev_list jump_target device_name chain_policy states
%type <expr> states_comma
%type <expr> device_opt setupd_data socket_field
%type <proto> proto_head sub_head sub_proto
%type <field> field
%type <stmt> stmt stateful
%type <stmts> stmts
%type <rule> rule
%type <opts> elem_opts

%%

/* ---- lines ---- */

input:
	%empty
	| input line				{ parse_line_end(p); }
	;

line:
	SEP
	| cmd SEP				{ place_cmd(p, @1); }
	| block_cmd				{ place_cmd(p, @1); }
	| common SEP
	| error SEP				{ yyerrok; recovered(p); }
	;

common:
	INCLUDE STRING				{ parse_include(p, @$, $2); }
	| define_head name '=' want_value initializer	{ define_end(p, $2, @2, $5); }
	| UNDEFINE want_variable name		{ undefine(p, $3, @3); }
	;

define_head:
	DEFINE					{ define_begin(p, false); }
	| REDEFINE				{ define_begin(p, true); }
	;

initializer:
	rhs
	| empty_set
	| '-' number				{ $$ = negative(p, @$, $2); }
	;

/* ---- what the next word is ---- */

want_value:	%empty				{ want(p, WANT_VALUE); };
want_more:	%empty				{ want_more_value(p); };
want_operand:	%empty				{ want_operand(p); };
want_mixed:	%empty				{ want_mixed(p, false); };
want_variable:	%empty				{ want_name(p, EXPECT_VARIABLE); };
want_chain:	%empty				{ want_name(p, EXPECT_CHAIN); };
want_new:	%empty				{ want_name(p, EXPECT_WORD); };
want_type:	%empty				{ want(p, WANT_TYPE); };
want_device:	%empty				{ want_name(p, EXPECT_DEVICE); };
want_devices:	%empty			{ want_type_value(p, &dt_ifname); };
want_elements:	%empty			{ want_type_value(p, p->set->key_type); };

/* ---- names of things ---- */

name:
	NAME					{ $$ = check_name(p, $1, @1); }
	| STRING				{ $$ = check_name(p, $1, @1); }
	;

string:
	STRING
	| WORD
	| NAME
	;

family_word:
	FAMILY
	| FAMILY_PROTO				{ $$ = family_by_name($1->name); }
	;

family_opt:
	%empty					{ $$ = NFPROTO_UNSPEC; }
	| family_word
	;

family:
	FAMILY			{ p->h.family = $1; want_name(p, EXPECT_TABLE); }
	;

table_name:
	name					{ set_table(p, $1, @1); }
	;

table_spec:
	table_name
	| family table_name
	;

table_handle:
	HANDLE number				{ set_handle(p, $2, @2); }
	| family HANDLE number			{ set_handle(p, $3, @3); }
	;

in_table:
	table_spec				{ want_name(p, EXPECT_CHAIN); }
	;

chain_spec:
	in_table name				{ p->h.chain = (struct name){ $2, @2 }; }
	;

chain_or_handle:
	chain_spec
	| in_table HANDLE number		{ set_handle(p, $3, @3); }
	;

/* of what obj_kind says */
in_table_obj:
	table_spec				{ want_name(p, p->obj_kind); }
	;

obj_name:
	name					{ p->h.obj = (struct name){ $1, @1 }; }
	;

obj_spec:
	in_table_obj obj_name
	;

obj_or_handle:
	obj_spec
	| in_table_obj HANDLE number		{ set_handle(p, $3, @3); }
	;

/* words that a name follows */
k_table:	TABLE				{ want_table(p, OBJ_TABLE); };
k_chain:	CHAIN				{ want_table(p, OBJ_CHAIN); };
k_rule:		RULE				{ want_table(p, OBJ_RULE); };
k_set:		SET				{ want_table(p, OBJ_SET);
						  p->want.setting = p->no_verb; };
k_map:		MAP				{ want_table(p, OBJ_MAP); };
k_element:	ELEMENT				{ want_table(p, OBJ_ELEMENT); };
k_flowtable:	FLOWTABLE			{ want_table(p, OBJ_FLOWTABLE); };
k_counter:	COUNTER				{ want_table(p, OBJ_COUNTER); };
k_quota:	QUOTA				{ want_table(p, OBJ_QUOTA); };
k_limit:	LIMIT				{ want_table(p, OBJ_LIMIT); };
k_secmark:	SECMARK				{ want_table(p, OBJ_SECMARK); };
k_synproxy:	SYNPROXY			{ want_table(p, OBJ_SYNPROXY); };
k_ct_helper:	CT HELPER			{ want_table(p, OBJ_CT_HELPER); };
k_ct_timeout:	CT TIMEOUT			{ want_table(p, OBJ_CT_TIMEOUT); };
k_ct_expect:	CT EXPECTATION			{ want_table(p, OBJ_CT_EXPECT); };

ct_kinds:
	HELPERS					{ want_place(p, $$ = OBJ_CT_HELPERS); }
	| TIMEOUTS				{ want_place(p, $$ = OBJ_CT_TIMEOUTS); }
	| EXPECTATIONS				{ want_place(p, $$ = OBJ_CT_EXPECTS); }
	;

one_kind:
	SET					{ want_table(p, $$ = OBJ_SET); }
	| MAP					{ want_table(p, $$ = OBJ_MAP); }
	| METER					{ want_table(p, $$ = OBJ_METER); }
	| COUNTER				{ want_table(p, $$ = OBJ_COUNTER); }
	| QUOTA					{ want_table(p, $$ = OBJ_QUOTA); }
	| LIMIT					{ want_table(p, $$ = OBJ_LIMIT); }
	| SECMARK				{ want_table(p, $$ = OBJ_SECMARK); }
	| SYNPROXY				{ want_table(p, $$ = OBJ_SYNPROXY); }
	;

/* ---- commands ---- */

cmd:
	add_cmd
	| verb add_cmd
	| INSERT				{ p->op = CMD_INSERT; }
	  rule_cmd
	| REPLACE				{ p->op = CMD_REPLACE; }
	  k_rule chain_spec HANDLE number	{ set_handle(p, $6, @6); }
	  rule					{ add_rule(p, @$, $8); }
	| delete_verb options delete_cmd
	| GET k_element			{ p->op = CMD_GET; }
	  obj_spec some_elements		{ add_elements(p, @$, $5); }
	| LIST					{ query_verb(p, CMD_LIST); }
	  options list_cmd
	| RESET					{ query_verb(p, CMD_RESET); }
	  options reset_cmd
	| FLUSH					{ query_verb(p, CMD_FLUSH); }
	  options flush_cmd
	| RENAME				{ p->op = CMD_RENAME; }
	  k_chain chain_spec want_new name	{ add_rename(p, @$, $6); }
	| DESCRIBE				{ want_describe(p); }
	  expr					{ add_describe(p, @$, $3); }
	| UPDATE				{ query_verb(p, CMD_UPDATE); }
	  options CONNTRACKS ct_places clauses	{ add_query(p, @$, OBJ_CONNTRACKS); }
	| MONITOR				{ query_verb(p, CMD_MONITOR); }
	  monitored query_rest			{ add_monitor(p, @$); }
	| SHOW					{ query_verb(p, CMD_SHOW); }
	  options show_cmd
	| TOP					{ query_verb(p, CMD_TOP); }
	  top_cmd
	| k_set TIMEOUT setting_begin settings	{ p->op = CMD_SET;
						  add_query(p, @$, OBJ_CT_TIMEOUT_POLICY); }
	| k_set SYSCTL setting_begin settings	{ p->op = CMD_SET;
						  add_query(p, @$, OBJ_SYSCTLS); }
	;

block_cmd:
	table_block
	| verb table_block
	;

verb:
	ADD					{ p->op = CMD_ADD; p->no_verb = false; }
	| CREATE				{ p->op = CMD_CREATE; p->no_verb = false; }
	;

delete_verb:
	DELETE					{ query_verb(p, CMD_DELETE); }
	| DESTROY				{ query_verb(p, CMD_DESTROY); }
	;

add_cmd:
	table_head				{ table_end(p, @$); }
	| chain_head				{ chain_end(p, @$); }
	| chain_head chain_block		{ chain_end(p, @$); }
	| rule_cmd
	| bare_rule
	| set_head set_block			{ set_end(p, @$); }
	| map_head set_block			{ set_end(p, @$); }
	| k_element obj_spec some_elements		{ add_elements(p, @$, $3); }
	| flowtable_head flowtable_block	{ flowtable_end(p, @$); }
	| counter_head				{ object_end(p, @$); }
	| counter_head counter_args		{ object_end(p, @$); }
	| counter_head '{' counter_body '}'	{ object_close(p, @$); }
	| quota_head quota_args			{ object_end(p, @$); }
	| quota_head '{' quota_body '}'		{ object_close(p, @$); }
	| limit_head limit_args			{ object_end(p, @$); }
	| limit_head '{' limit_body '}'		{ object_close(p, @$); }
	| secmark_head secmark_args		{ object_end(p, @$); }
	| secmark_head '{' secmark_body '}'	{ object_close(p, @$); }
	| synproxy_head synproxy_args		{ object_end(p, @$); }
	| synproxy_head '{' synproxy_body '}'	{ object_close(p, @$); }
	| ct_helper_head '{' ct_helper_body '}'	{ object_close(p, @$); }
	| ct_timeout_head '{' ct_timeout_body '}'	{ object_close(p, @$); }
	| ct_expect_head '{' ct_expect_body '}'	{ object_close(p, @$); }
	| CONNTRACK tuple clauses		{ add_query(p, @$, OBJ_CONNTRACK); }
	| EXPECTATION tuple clauses		{ add_query(p, @$, OBJ_EXPECTATIONS); }
	;

table_head:	k_table table_spec		{ table_begin(p, @$); };
chain_head:	k_chain chain_spec		{ chain_begin(p, @$); };
set_head:	k_set obj_spec			{ set_begin(p, @$, false); };
map_head:	k_map obj_spec			{ set_begin(p, @$, true); };
flowtable_head:	k_flowtable obj_spec		{ flowtable_begin(p, @$); };
counter_head:	k_counter obj_spec	{ object_begin(p, @$, NFT_OBJECT_COUNTER); };
quota_head:	k_quota obj_spec	{ object_begin(p, @$, NFT_OBJECT_QUOTA); };
limit_head:	k_limit obj_spec	{ object_begin(p, @$, NFT_OBJECT_LIMIT); };
secmark_head:	k_secmark obj_spec	{ object_begin(p, @$, NFT_OBJECT_SECMARK); };
synproxy_head:	k_synproxy obj_spec	{ object_begin(p, @$, NFT_OBJECT_SYNPROXY); };
ct_helper_head:	k_ct_helper obj_spec	{ object_begin(p, @$, NFT_OBJECT_CT_HELPER); };
ct_timeout_head: k_ct_timeout obj_spec	{ object_begin(p, @$, NFT_OBJECT_CT_TIMEOUT); };
ct_expect_head:	k_ct_expect obj_spec	{ object_begin(p, @$, NFT_OBJECT_CT_EXPECT); };

rule_cmd:
	k_rule chain_spec rule_place_opt rule	{ add_rule(p, @$, $4); }
	;

/* "filter input tcp dport 22 accept": as after "add rule" */
bare_rule:
	bare_chain rule_place_opt rule		{ add_rule(p, @$, $3); }
	;

bare_chain:
	bare_table want_bare_chain name	{ p->h.chain = (struct name){ $3, @3 }; }
	;

bare_table:
	WORD					{ bare_table(p, $1, @1); }
	| bare_family table_name
	;

bare_family:
	family_word			{ p->h.family = $1; want_name(p, EXPECT_TABLE); }
	;

/* not a family: a keyword before it is misspelt then */
want_bare_chain: %empty			{ want_name(p, EXPECT_CHAIN); p->want.family = true; };

rule_place_opt:
	%empty
	| rule_place number			{ set_place(p, $1, $2, @2); }
	;

rule_place:
	POSITION				{ $$ = POSITION; }
	| HANDLE				{ $$ = HANDLE; }
	| INDEX					{ $$ = INDEX; }
	;

delete_cmd:
	k_table table_spec			{ add_cmd(p, @$, OBJ_TABLE); }
	| k_table table_handle			{ add_cmd(p, @$, OBJ_TABLE); }
	| k_chain chain_or_handle		{ add_cmd(p, @$, OBJ_CHAIN); }
	| chain_head chain_block		{ chain_end(p, @$); }
	| k_rule chain_spec rule_place number
					{ set_place(p, $3, $4, @4); add_cmd(p, @$, OBJ_RULE); }
	| k_element obj_spec some_elements		{ add_elements(p, @$, $3); }
	| one_kind obj_or_handle		{ add_cmd(p, @$, $1); }
	| k_flowtable obj_or_handle		{ add_cmd(p, @$, OBJ_FLOWTABLE); }
	| flowtable_head flowtable_block	{ flowtable_end(p, @$); }
	| k_ct_helper obj_or_handle		{ add_cmd(p, @$, OBJ_CT_HELPER); }
	| k_ct_timeout obj_or_handle		{ add_cmd(p, @$, OBJ_CT_TIMEOUT); }
	| k_ct_expect obj_or_handle		{ add_cmd(p, @$, OBJ_CT_EXPECT); }
	| CONNTRACKS ct_places clauses		{ add_query(p, @$, OBJ_CONNTRACKS); }
	| EXPECTATIONS ct_places clauses	{ add_query(p, @$, OBJ_EXPECTATIONS); }
	| EXPECTATION tuple clauses		{ add_query(p, @$, OBJ_EXPECTATIONS); }
	| FLOWS flow_place clauses		{ add_query(p, @$, OBJ_FLOWS); }
	;

list_cmd:
	common_list
	| k_flowtable obj_spec			{ add_cmd(p, @$, OBJ_FLOWTABLE); }
	| ct_spec
	| CT ct_places clauses			{ add_query(p, @$, OBJ_CONNTRACKS); }
	| CONNTRACKS ct_places clauses		{ add_query(p, @$, OBJ_CONNTRACKS); }
	| EXPECTATIONS ct_places clauses	{ add_query(p, @$, OBJ_EXPECTATIONS); }
	| FLOWS flow_place clauses		{ add_query(p, @$, OBJ_FLOWS); }
	| TIMEOUTS clauses			{ add_query(p, @$, OBJ_CT_TIMEOUT_POLICY); }
	| SYSCTLS clauses			{ add_query(p, @$, OBJ_SYSCTLS); }
	| HOOKS family_opt			{ p->h.family = $2; add_cmd(p, @$, OBJ_HOOKS); }
	| HOOKS family_opt DEVICE want_device string
						{ p->h.family = $2; add_hooks(p, @$, $5); }
	;

/* what both list and reset take */
common_list:
	RULESET family_opt			{ p->h.family = $2; add_cmd(p, @$, OBJ_RULESET); }
	| plural				{ add_cmd(p, @$, $1); }
	| plural family				{ add_cmd(p, @$, $1); }
	| plural k_table table_spec		{ add_cmd(p, @$, $1); }
	| plural k_chain chain_spec		{ add_cmd(p, @$, $1); }
	| k_table table_spec			{ add_cmd(p, @$, OBJ_TABLE); }
	| k_chain chain_spec			{ add_cmd(p, @$, OBJ_CHAIN); }
	| one_kind obj_spec			{ add_cmd(p, @$, $1); }
	;

plural:
	PLURAL					{ $$ = $1; want_place(p, $1); }
	| TABLES				{ $$ = $1; want_place(p, $1); }
	| CHAINS				{ $$ = $1; want_place(p, $1); }
	| RULES					{ $$ = $1; want_place(p, $1); }
	;

/* "list ct helper ip t h", "list ct timeout table ip t", "list ct helpers" */
ct_spec:
	ct_kind obj_spec			{ add_cmd(p, @$, p->obj); }
	| ct_kind TABLE				{ want_table(p, p->obj + 1); }
	  table_spec				{ add_cmd(p, @$, p->obj); }
	| CT ct_kinds				{ add_cmd(p, @$, $2); }
	| CT ct_kinds family			{ add_cmd(p, @$, $2); }
	| CT ct_kinds table_spec		{ add_cmd(p, @$, $2); }
	| CT ct_kinds k_table table_spec	{ add_cmd(p, @$, $2); }
	;

ct_kind:
	k_ct_helper
	| k_ct_timeout
	| k_ct_expect
	;

reset_cmd:
	common_list
	| plural in_table			{ add_cmd(p, @$, $1); }
	| plural chain_spec			{ add_cmd(p, @$, $1); }
	| k_rule chain_spec HANDLE number	{ set_handle(p, $4, @4); add_cmd(p, @$, OBJ_RULE); }
	| k_element obj_spec some_elements		{ add_elements(p, @$, $3); }
	| CONNTRACK PLURAL clauses		{ add_counters(p, @$, $2, @2); }
	| CONNTRACKS ct_places clauses		{ add_query(p, @$, OBJ_CONNTRACKS); }
	| FLOWS flow_place clauses		{ add_query(p, @$, OBJ_FLOWS); }
	;

flush_cmd:
	RULESET family_opt			{ p->h.family = $2; add_cmd(p, @$, OBJ_RULESET); }
	| k_table table_spec			{ add_cmd(p, @$, OBJ_TABLE); }
	| k_chain chain_spec			{ add_cmd(p, @$, OBJ_CHAIN); }
	| one_kind obj_spec			{ add_cmd(p, @$, $1); }
	| CONNTRACKS ct_places clauses		{ add_query(p, @$, OBJ_CONNTRACKS); }
	| EXPECTATIONS ct_places clauses	{ add_query(p, @$, OBJ_EXPECTATIONS); }
	| FLOWS flow_place clauses		{ add_query(p, @$, OBJ_FLOWS); }
	;

/* ---- conntracks, flows, expectations: which, and how they are shown (query.h) ---- */

ct_places:
	%empty
	| ct_places family_word			{ p->h.family = $2; }
	| ct_places OFFLOAD			{ query_offload(p, @2); }
	| ct_places DYING			{ query_source(p, CT_SOURCE_DYING, @2); }
	| ct_places UNCONFIRMED			{ query_source(p, CT_SOURCE_UNCONFIRMED, @2); }
	;

flow_place:
	%empty
	| flow_family
	| flow_family flow_table
	| flow_family flow_table name		{ p->h.obj = (struct name){ $3, @3 }; }
	;

flow_family:
	family_word				{ p->h.family = $1;
						  want_place_or_clause(p, EXPECT_TABLE); }
	;

flow_table:
	table_name				{ want_place_or_clause(p, EXPECT_FLOWTABLE); }
	;

show_cmd:
	PLURAL flow_place clauses		{ add_query(p, @$, $1); }
	| CONNTRACK clauses			{ add_query(p, @$, OBJ_CONNTRACK); }
	| FEATURES clauses			{ add_query(p, @$, OBJ_FEATURES); }
	| FLOW tuple clauses			{ add_query(p, @$, OBJ_FLOW); }
	;

top_cmd:
	clauses					{ add_query(p, @$, OBJ_ALL); }
	| clauses FLOWS flow_place clauses	{ add_query(p, @$, OBJ_FLOWS); }
	| clauses CONNTRACKS ct_places clauses	{ add_query(p, @$, OBJ_CONNTRACKS); }
	;

monitored:
	%empty
	| monitored event			{ query(p)->events |= $2; }
	| monitored event ','			{ query(p)->events |= $2; }
	| monitored monitor_kind
	| monitored family_word			{ p->h.family = $2; }
	| monitored option
	;

event:
	NEW					{ $$ = QUERY_NEW; }
	| UPDATE				{ $$ = QUERY_UPDATE; }
	| DESTROY				{ $$ = QUERY_DESTROY; }
	;

monitor_kind:
	CONNTRACKS				{ monitor_kind(p, OBJ_CONNTRACKS); }
	| CT					{ monitor_kind(p, OBJ_CONNTRACKS); }
	| EXPECTATIONS				{ monitor_kind(p, OBJ_EXPECTATIONS); }
	| FLOWS					{ monitor_kind(p, OBJ_FLOWS); }
	| RULESET				{ monitor_kind(p, OBJ_RULESET); }
	| ALL					{ monitor_kind(p, OBJ_ALL); }
	| TRACE					{ monitor_kind(p, OBJ_TRACE); }
	| ELEMENTS				{ monitor_kind(p, OBJ_ELEMENT); }
	| PLURAL				{ monitor_kind(p, $1); }
	| TABLES				{ monitor_kind(p, $1); }
	| CHAINS				{ monitor_kind(p, $1); }
	| RULES					{ monitor_kind(p, $1); }
	;

/* the words of "set timeout tcp established 5d" and "set sysctl NAME VALUE" */
setting_begin:	%empty			{ want_word(p, "setting", NULL); };

settings:
	query_word				{ add_setting(p, $1, @1); }
	| settings query_word			{ add_setting(p, $2, @2); }
	;

query_word:
	WORD
	| NAME
	| NUMBER
	| ADDRESS
	| STRING
	;

tuple:
	tuple_match
	| tuple tuple_match
	;

tuple_match:
	match				{ query_match(p, QUERY_TUPLE, @$, $1); }
	;

clauses:
	%empty
	| clauses clause
	;

/* where options could stand already */
query_rest:
	%empty
	| selection clauses
	;

clause:
	selection
	| option
	;

selection:
	where where_matches			{ p->in_query = false; }
	| MASTER master_matches
	| SORT BY want_key sort_keys
	| GROUP BY want_key group_keys
	| LIMIT number				{ query_limit(p, $2, @$); }
	| SET want_key query_word assign_begin rhs_list	{ query_set(p, $3, @3, $5); }
	;

/* behind the verb, too: "top -b -n 3 conntracks" */
options:
	%empty
	| options option
	;

option:
	OPTION_FLAG				{ query_option(p, $1, @1, NULL, @1); }
	| OPTION_VALUE want_key option_value	{ query_option(p, $1, @1, $3, @3); }
	| OPTION_UNKNOWN			{ unknown_option(p, @1); }
	;

where:		WHERE				{ query_where(p, @1); };
want_key:	%empty				{ want_word(p, "key", NULL); };
assign_begin:	%empty				{ want(p, WANT_VALUE); p->in_assign = true; };

where_matches:
	where_match
	| where_matches where_match
	;

where_match:
	match				{ query_match(p, QUERY_WHERE, @$, $1); }
	;

master_matches:
	master_match
	| master_matches master_match
	;

master_match:
	match				{ query_match(p, QUERY_MASTER, @$, $1); }
	;

sort_keys:
	sort_key
	| sort_keys ',' want_key sort_key
	;

sort_key:
	query_word				{ query_sort(p, $1, @1); }
	| query_word ORDER			{ query_sort(p, $1, @1)->order = $2 ? 1 : -1; }
	;

group_keys:
	query_word				{ query_group(p, $1, @1); }
	| group_keys ',' want_key query_word	{ query_group(p, $4, @4); }
	;

option_value:
	query_word
	| option_value ',' want_key query_word	{ $$ = join_words(p, $1, $4); }
	;

/* ---- blocks ---- */

open:		%empty				{ block_open(p, false); };
open_synced:	%empty				{ block_open(p, true); };
open_set:	%empty				{ set_open(p); };

table_block:
	table_head '{' open_synced table_lines '}'
						{ block_close(p); table_end(p, @$); }
	;

table_lines:
	%empty
	| table_lines table_item
	;

table_item:
	SEP
	| common SEP
	| error SEP				{ yyerrok; recovered(p); }
	| FLAGS want_table_flags symbols	{ table_set_flags(p, $3); }
	| COMMENT string			{ p->table->comment = comment(p, $2, @2); }
	| b_chain chain_block			{ chain_end(p, @$); }
	| b_set set_block			{ set_end(p, @$); }
	| b_flowtable flowtable_block		{ flowtable_end(p, @$); }
	| b_counter				{ object_end(p, @$); }
	| b_counter '{' counter_body '}'	{ object_close(p, @$); }
	| b_quota '{' quota_body '}'		{ object_close(p, @$); }
	| b_limit '{' limit_body '}'		{ object_close(p, @$); }
	| b_secmark '{' secmark_body '}'	{ object_close(p, @$); }
	| b_synproxy '{' synproxy_body '}'	{ object_close(p, @$); }
	| b_ct_helper '{' ct_helper_body '}'	{ object_close(p, @$); }
	| b_ct_timeout '{' ct_timeout_body '}'	{ object_close(p, @$); }
	| b_ct_expect '{' ct_expect_body '}'	{ object_close(p, @$); }
	;

want_table_flags: %empty			{ want_symbol(p, table_flags, "table flag"); };

b_chain:	CHAIN want_new name		{ p->h.chain = (struct name){ $3, @3 };
						  chain_begin(p, @$); };
b_set:		SET want_new name	{ p->h.obj = (struct name){ $3, @3 };
					  set_begin(p, @$, false); }
	|	MAP want_new name	{ p->h.obj = (struct name){ $3, @3 };
					  set_begin(p, @$, true); };
b_flowtable:	FLOWTABLE want_new name	{ p->h.obj = (struct name){ $3, @3 };
					  flowtable_begin(p, @$); };
b_counter:	COUNTER want_new obj_name	{ object_begin(p, @$, NFT_OBJECT_COUNTER); };
b_quota:	QUOTA want_new obj_name		{ object_begin(p, @$, NFT_OBJECT_QUOTA); };
b_limit:	LIMIT want_new obj_name		{ object_begin(p, @$, NFT_OBJECT_LIMIT); };
b_secmark:	SECMARK want_new obj_name	{ object_begin(p, @$, NFT_OBJECT_SECMARK); };
b_synproxy:	SYNPROXY want_new obj_name	{ object_begin(p, @$, NFT_OBJECT_SYNPROXY); };
b_ct_helper:	CT HELPER want_new obj_name	{ object_begin(p, @$, NFT_OBJECT_CT_HELPER); };
b_ct_timeout:	CT TIMEOUT want_new obj_name	{ object_begin(p, @$, NFT_OBJECT_CT_TIMEOUT); };
b_ct_expect:	CT EXPECTATION want_new obj_name { object_begin(p, @$, NFT_OBJECT_CT_EXPECT); };

chain_block:
	'{' open_synced chain_body '}'		{ block_close(p); }
	;

/* the last statement needs no separator */
chain_body:
	chain_lines
	| chain_lines chain_item
	| chain_lines rule			{ chain_add_rule(p, $2); }
	;

chain_lines:
	%empty
	| chain_lines SEP
	| chain_lines common SEP
	| chain_lines error SEP			{ yyerrok; recovered(p); }
	| chain_lines chain_item SEP
	| chain_lines rule SEP			{ chain_add_rule(p, $2); }
	;

chain_item:
	TYPE want_chain_type WORD HOOK want_hook WORD chain_devices PRIORITY want_priority
	  priority		{ chain_set_hook(p, $3, @3, $6, @6, @10); }
	| POLICY want_value chain_policy	{ chain_set_policy(p, $3, @$); }
	| FLAGS want_ft_flags symbols		{ p->chain->flags |= CHAINF_HW_OFFLOAD; }
	| COMMENT string			{ p->chain->comment = comment(p, $2, @2); }
	| DEVICES '=' want_devices dev_list	{ chain_set_devices(p, $4); }
	;

want_chain_type: %empty				{ want_word(p, "chain type", chain_types); };
want_hook:	%empty				{ want_hook(p); };
want_priority:	%empty				{ want_word(p, "priority", NULL); };
want_ft_flags:	%empty			{ want_symbol(p, flowtable_flags, "flag"); };
want_ft_proto:	%empty			{ want_symbol(p, flowtable_protos, "protocol"); };

chain_devices:
	%empty
	| DEVICE want_device device_name	{ chain_set_devices(p, $3); }
	| DEVICES '=' want_devices dev_list	{ chain_set_devices(p, $4); }
	;

chain_policy:
	ACCEPT					{ $$ = expr_symbol(p->arena, @1, "accept", 0); }
	| DROP					{ $$ = expr_symbol(p->arena, @1, "drop", 0); }
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

priority:
	priority_base				{ set_priority(p, @$, $1, false, 0); }
	| '-' number				{ set_priority(p, @$, NULL, true, $2); }
	| priority_base '+' number	{ set_priority(p, @$, $1, false, $3); }
	| priority_base '-' number	{ set_priority(p, @$, $1, true, $3); }
	;

priority_base:
	WORD					{ $$ = expr_symbol(p->arena, @1, $1, 0); }
	| STRING				{ $$ = expr_symbol(p->arena, @1, $1, EXF_QUOTED); }
	| NUMBER				{ $$ = expr_symbol(p->arena, @1, $1, EXF_NUMBER); }
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

device_name:
	NAME					{ $$ = expr_symbol(p->arena, @1, $1, 0); }
	| STRING				{ $$ = expr_symbol(p->arena, @1, $1, EXF_QUOTED); }
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

dev_list:
	set_expr
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

flowtable_block:
	'{' open flowtable_lines '}'		{ block_close(p); }
	;

flowtable_lines:
	%empty
	| flowtable_lines flowtable_item
	;

flowtable_item:
	SEP
	| common SEP
	| HOOK want_hook WORD PRIORITY want_priority priority
						{ flowtable_set_hook(p, $3, @3, @6); }
	| DEVICES '=' want_devices dev_list			{ p->ft->dev_expr = $4; }
	| COUNTER				{ p->ft->flags |= FTF_COUNTER; }
	| FLAGS want_ft_flags symbols		{ p->ft->flags |= $3; }
	| TIMEOUT want_ft_proto ft_timeouts
	| SIZE u32				{ flowtable_set_size(p, $2, @$); }
	;

ft_timeouts:
	ft_timeout
	| ft_timeouts ft_timeout
	;

/* another protocol may follow */
ft_timeout:
	SYMBOL time				{ flowtable_set_timeout(p, $1, $2, @$); }
	;

set_block:
	'{' open set_body '}'			{ block_close(p); }
	;

set_body:
	set_lines
	| set_lines set_item
	;

set_lines:
	%empty
	| set_lines SEP
	| set_lines common SEP
	| set_lines set_item SEP
	| set_lines set_free_item
	;

/* these end by themselves */
set_free_item:
	AUTO_MERGE				{ p->set->automerge = true; }
	| COMMENT string			{ p->set->comment = comment(p, $2, @2); }
	| ELEMENTS '=' want_elements initial_elements
	;

set_item:
	TYPE want_type types			{ set_set_type(p, @3); }
	| TYPE want_type types ':'		{ set_set_type(p, @3); want(p, WANT_TYPE); }
	  data_type
	| TYPEOF				{ typeof_begin(p); }
	  expr					{ set_set_typeof(p, $3); }
	  typeof_data				{ typeof_end(p); }
	| FLAGS want_set_flags symbols		{ p->set->flags |= $3; }
	| TIMEOUT time
				{ p->set->timeout_ms = $2; p->set->flags |= NFT_SET_TIMEOUT; }
	| GC_INTERVAL time			{ p->set->gc_ms = $2; }
	| SIZE u32				{ p->set->size = $2; }
	| POLICY want_set_policy SYMBOL	{ p->set->policy = $3; p->set->has_policy = true; }
	| stateful				{ append_stmt(p, &p->set->stmts, $1); }
	;

initial_elements:
	set_expr				{ p->set->init = $1; }
	| empty_set				{ p->set->init = $1; }
	| VARIABLE				{ p->set->init = variable(p, $1, @1); }
	;

want_set_flags:	%empty				{ want_symbol(p, set_flags, "set flag"); };
want_set_policy: %empty				{ want_symbol(p, set_policies, "policy"); };

types:
	WORD					{ p->n_types = 0; add_type(p, $1, @1); }
	| types '.' want_type WORD		{ add_type(p, $4, @4); }
	;

data_type:
	types					{ set_set_data_type(p, @1, false); }
	| INTERVAL want_type types		{ set_set_data_type(p, @3, true); }
	| data_object
	| CT HELPER				{ set_set_data_object(p, NFT_OBJECT_CT_HELPER); }
	| CT TIMEOUT				{ set_set_data_object(p, NFT_OBJECT_CT_TIMEOUT); }
	| CT EXPECTATION			{ set_set_data_object(p, NFT_OBJECT_CT_EXPECT); }
	;

data_object:
	COUNTER					{ set_set_data_object(p, NFT_OBJECT_COUNTER); }
	| QUOTA					{ set_set_data_object(p, NFT_OBJECT_QUOTA); }
	| LIMIT					{ set_set_data_object(p, NFT_OBJECT_LIMIT); }
	| SECMARK				{ set_set_data_object(p, NFT_OBJECT_SECMARK); }
	| SYNPROXY				{ set_set_data_object(p, NFT_OBJECT_SYNPROXY); }
	;

typeof_data:
	%empty
	| ':' expr				{ set_set_typeof_data(p, $2, false); }
	| ':' INTERVAL expr			{ set_set_typeof_data(p, $3, true); }
	| ':' data_object
	;

/* ---- stateful objects ---- */

counter_body:
	open
	| counter_body SEP
	| counter_body common SEP
	| counter_body counter_args
	| counter_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

counter_args:
	PACKETS number BYTES number
				{ p->object->counter.packets = $2; p->object->counter.bytes = $4; }
	;

quota_body:
	open
	| quota_body SEP
	| quota_body common SEP
	| quota_body quota_args
	| quota_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

quota_args:
	over bytes				{ object_quota(p, $1, $2, 0); }
	| over bytes USED bytes			{ object_quota(p, $1, $2, $4); }
	;

limit_body:
	open
	| limit_body SEP
	| limit_body common SEP
	| limit_body limit_args
	| limit_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

secmark_body:
	open
	| secmark_body SEP
	| secmark_body common SEP
	| secmark_body secmark_args
	| secmark_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

secmark_args:
	STRING					{ p->object->secctx = $1; }
	;

synproxy_body:
	open
	| synproxy_body SEP
	| synproxy_body common SEP
	| synproxy_body synproxy_arg
	| synproxy_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

ct_helper_body:
	open
	| ct_helper_body SEP
	| ct_helper_body common SEP
	| ct_helper_body TYPE STRING PROTOCOL want_value WORD
		{ p->object->helper.name = $3; p->object->helper.l4proto = l4proto(p, $6, @6); }
	| ct_helper_body L3PROTO family_word	{ p->object->helper.l3proto = $3; }
	| ct_helper_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

ct_timeout_body:
	open
	| ct_timeout_body SEP
	| ct_timeout_body common SEP
	| ct_timeout_body PROTOCOL want_value WORD
						{ p->object->timeout.l4proto = l4proto(p, $4, @4); }
	| ct_timeout_body L3PROTO family_word	{ p->object->timeout.l3proto = $3; }
	| ct_timeout_body POLICY '=' '{' open_set states '}'
						{ set_close(p); object_timeout(p, $6); }
	| ct_timeout_body COMMENT string	{ p->object->comment = comment(p, $3, @3); }
	;

states:
	WORD ':' time_text			{ $$ = add_state(p, NULL, $1, @1, $3, @3); }
	| states_comma WORD ':' time_text	{ $$ = add_state(p, $1, $2, @2, $4, @4); }
	| states_comma
	;

states_comma:
	states ','				{ $$ = $1; want(p, WANT_VALUE); }
	;

ct_expect_body:
	open
	| ct_expect_body SEP
	| ct_expect_body common SEP
	| ct_expect_body PROTOCOL want_value WORD
						{ p->object->expect.l4proto = l4proto(p, $4, @4); }
	| ct_expect_body DPORT want_value constant
						{ p->object->expect.dport = port(p, $4); }
	| ct_expect_body TIMEOUT time		{ p->object->expect.timeout_ms = $3; }
	| ct_expect_body SIZE number	{ p->object->expect.size = at_most(p, $3, @3, 255); }
	| ct_expect_body L3PROTO family_word	{ p->object->expect.l3proto = $3; }
	| ct_expect_body COMMENT string		{ p->object->comment = comment(p, $3, @3); }
	;

/* ---- rules ---- */

rule:
	stmts					{ $$ = new_rule(p, @$, $1, NULL); }
	| stmts COMMENT string			{ $$ = new_rule(p, @$, $1, comment(p, $3, @3)); }
	;

stmts:
	stmt			{ $$.first = $$.last = $1; stmt_end(p); }
	| stmts stmt
			{ $1.last->next = $2; $$.first = $1.first; $$.last = $2; stmt_end(p); }
	;

stmt:
	match					{ $$ = stmt_expr(p, ST_MATCH, @$, $1); }
	| verdict				{ $$ = stmt_expr(p, ST_VERDICT, @$, $1); }
	| JUMP want_chain '{' open_rules rules '}'	{ $$ = stmt_block(p, @$, NFT_JUMP); }
	| GOTO want_chain '{' open_rules rules '}'	{ $$ = stmt_block(p, @$, NFT_GOTO); }
	| lhs VMAP map_begin set_or_ref		{ $$ = stmt_vmap(p, @$, $1, $4); }
	| lhs SET				{ value_begin(p, $1); }
	  values				{ $$ = stmt_set(p, @$, $1, $4); }
	| stateful
	| COUNTER NAME_KW want_mixed value	{ $$ = stmt_object(p, @$, NFT_OBJECT_COUNTER, $4); }
	| QUOTA NAME_KW want_mixed value	{ $$ = stmt_object(p, @$, NFT_OBJECT_QUOTA, $4); }
	| LIMIT NAME_KW want_mixed value	{ $$ = stmt_object(p, @$, NFT_OBJECT_LIMIT, $4); }
	| SYNPROXY NAME_KW want_mixed value
					{ $$ = stmt_object(p, @$, NFT_OBJECT_SYNPROXY, $4); }
	| ct_head TIMEOUT SET want_mixed value
					{ $$ = stmt_object(p, @$, NFT_OBJECT_CT_TIMEOUT, $5); }
	| ct_head EXPECTATION SET want_mixed value
					{ $$ = stmt_object(p, @$, NFT_OBJECT_CT_EXPECT, $5); }
	| log_head log_args			{ $$ = stmt_log(p, @$); }
	| REJECT				{ $$ = stmt_reject(p, @$, 0, NULL); }
	| REJECT WITH reject_kind constant	{ $$ = stmt_reject(p, @$, $3, $4); }
	| REJECT WITH reject_kind TYPE want_value constant
						{ $$ = stmt_reject(p, @$, $3, $6); }
	| nat_head nat_args nat_flags_opt	{ $$ = stmt_nat(p, @$, $3); }
	| local_nat_head local_nat_args nat_flags_opt	{ $$ = stmt_nat(p, @$, $3); }
	| NOTRACK				{ $$ = stmt_new(p->arena, ST_NOTRACK, @$); }
	| FLOW flow_verb flow_at ref_name	{ $$ = stmt_flow(p, @$, $4, @4); }
	| queue_head queue_args			{ $$ = stmt_queue(p, @$); }
	| DUP TO want_mixed value device_opt	{ $$ = stmt_fwd(p, @$, ST_DUP, 0, $4, $5); }
	| FWD fwd_family TO want_mixed value device_opt
						{ $$ = stmt_fwd(p, @$, ST_FWD, $2, $5, $6); }
	| tproxy_head tproxy_family TO want_mixed nat_dest	{ $$ = stmt_tproxy(p, @$); }
	| synproxy_word synproxy_args		{ $$ = stmt_synproxy(p, @$); }
	| RESET proto_head OPTION		{ want_options(p, $2, @2); }
	  SUBPROTO				{ $$ = stmt_optstrip(p, @$, $5); }
	| setupd_op set_at ref_name '{' open_setupd concat elem_opts setupd_data '}'
				{ $$ = stmt_setupd(p, @$, $1, $3, $6, $7, $8); set_close(p); }
	| SET setupd_op want_mixed concat elem_opts set_at ref_name	/* before 0.8.2 */
				{ $$ = stmt_setupd(p, @$, $2, $7, $4, $5, NULL); }
	| METER want_new name meter_size '{' open_setupd concat elem_opts '}'
				{ $$ = stmt_meter(p, @$, $3, $4, $7, $8); set_close(p); }
	| FLOW TABLE want_new name '{' open_setupd concat elem_opts '}'	/* before 0.8.1 */
				{ $$ = stmt_meter(p, @$, $4, 0, $7, $8); set_close(p); }
	| XT					{ $$ = stmt_xt(p, @$); }
	;

/* the rules of a block within a rule */
open_rules:	%empty				{ rules_open(p); };

rules:
	rules_lines
	| rules_lines rule			{ chain_add_rule(p, $2); }
	;

rules_lines:
	%empty
	| rules_lines SEP
	| rules_lines common SEP
	| rules_lines error SEP			{ yyerrok; recovered(p); }
	| rules_lines rule SEP			{ chain_add_rule(p, $2); }
	;

number:
	NUMBER					{ $$ = number(p, $1, @1); }
	;

u32:
	number					{ $$ = at_most(p, $1, @1, UINT32_MAX); }
	;

time:
	time_text				{ $$ = duration(p, $1, @1); }
	;

time_text:
	NUMBER
	| WORD
	| STRING
	;

/* words of one table: flags, or'ed */
symbols:
	SYMBOL
	| symbols ',' want_again SYMBOL		{ $$ = $1 | $4; }
	;

want_again:	%empty				{ p->want.mode = WANT_SYMBOL; };

over:
	%empty					{ $$ = 0; }
	| UNTIL					{ $$ = 0; }
	| OVER					{ $$ = 1; }
	;

/* ---- verdicts ---- */

verdict:
	ACCEPT			{ $$ = expr_verdict(p->arena, @$, NF_ACCEPT, NULL); }
	| DROP			{ $$ = expr_verdict(p->arena, @$, NF_DROP, NULL); }
	| CONTINUE		{ $$ = expr_verdict(p->arena, @$, NFT_CONTINUE, NULL); }
	| RETURN		{ $$ = expr_verdict(p->arena, @$, NFT_RETURN, NULL); }
	| JUMP want_chain jump_target	{ $$ = expr_verdict(p->arena, @$, NFT_JUMP, $3); }
	| GOTO want_chain jump_target	{ $$ = expr_verdict(p->arena, @$, NFT_GOTO, $3); }
	;

jump_target:
	name					{ $$ = expr_symbol(p->arena, @1, $1, 0); }
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

/* ---- statements with a state: rules, elements and sets have them ---- */

stateful:
	COUNTER					{ $$ = stmt_new(p->arena, ST_COUNTER, @$); }
	| COUNTER PACKETS number BYTES number	{ $$ = stmt_counter(p, @$, $3, $5); }
	| COUNTER '{' PACKETS number BYTES number '}'	{ $$ = stmt_counter(p, @$, $4, $6); }
	| QUOTA over bytes			{ $$ = stmt_quota(p, @$, $2, $3, 0); }
	| QUOTA over bytes USED bytes		{ $$ = stmt_quota(p, @$, $2, $3, $5); }
	| LIMIT limit_args			{ $$ = stmt_limit(p, @$); }
	| ct_head COUNT over u32		{ $$ = stmt_connlimit(p, @$, $3, $4); }
	| LAST					{ $$ = stmt_last(p, @$, NULL, @$); }
	| LAST USED time_text			{ $$ = stmt_last(p, @$, $3, @3); }
	;

/* an amount, of packets unless a unit follows */
amount:
	number					{ $$ = $1; want_symbol(p, byte_units, "unit"); }
	;

bytes:
	amount SYMBOL				{ $$ = bytes(p, @$, $1, $2); }
	;

limit_args:
	RATE over amount slash want_time_unit SYMBOL burst_opt
						{ limit_rate(p, $2, $3, $6, false); }
	| RATE over bytes slash want_time_unit SYMBOL burst_opt
						{ limit_rate(p, $2, $3, $6, true); }
	;

slash:
	'/'
	| MASK
	;

want_time_unit:	%empty				{ want_symbol(p, time_units, "time unit"); };

burst_opt:
	%empty					{ p->limit.has_burst = false; }
	| BURST burst_amount			{ limit_burst(p, @$, $2, 0); }
	| BURST burst_amount SYMBOL		{ limit_burst(p, @$, $2, $3); }
	;

burst_amount:
	number					{ $$ = $1; want_symbol(p, burst_units, "unit"); }
	;

/* ---- log, queue, synproxy ---- */

log_head:
	LOG					{ p->log = arena_new(p->arena, struct log_stmt); }
	;

log_args:
	%empty
	| log_args PREFIX want_value string	{ log_prefix(p, text_with_variables(p, $4, @4)); }
	| log_args PREFIX want_value VARIABLE	{ log_prefix(p, variable(p, $4, @4)); }
	| log_args LEVEL want_level SYMBOL
					{ p->log->level = $4; p->log->set |= LOG_HAS_LEVEL; }
	| log_args GROUP u32			{ p->log->group = at_most(p, $3, @3, 65535);
						  p->log->set |= LOG_HAS_GROUP; }
	| log_args SNAPLEN u32			{ p->log->snaplen = $3;
						  p->log->set |= LOG_HAS_SNAPLEN; }
	| log_args QUEUE_THRESHOLD u32		{ p->log->qthreshold = at_most(p, $3, @3, 65535);
						  p->log->set |= LOG_HAS_QTHRESHOLD; }
	| log_args FLAGS want_log_flag SYMBOL	{ p->log->flags |= $4; }
	| log_args FLAGS want_log_flag log_flag_head symbols	{ p->log->flags |= $5; }
	;

want_level:	%empty				{ want_symbol(p, log_level_symbols, "log level"); };
want_log_flag:	%empty				{ want_symbol(p, log_flags, "log flag"); };

log_flag_head:
	SYMBOL_HEAD	{ want_symbol(p, $1 == LOG_FLAGS_TCP ? log_flags_tcp : log_flags_ip,
				      "log flag"); }
	;

queue_head:
	QUEUE
					{ p->queue = arena_new(p->arena, struct queue_stmt); }
	;

queue_args:
	%empty
	| queue_args NUM_KW want_mixed value	{ p->queue->num = $4; }
	| queue_args TO want_mixed value	{ p->queue->num = $4; }
	| queue_args FLAGS queue_flags		{ p->queue->flags |= $3; }
	| queue_args queue_flags		{ p->queue->flags |= $2; }
	;

queue_flags:
	queue_flag
	| queue_flags ',' queue_flag		{ $$ = $1 | $3; }
	;

queue_flag:
	BYPASS					{ $$ = NFT_QUEUE_FLAG_BYPASS; }
	| FANOUT				{ $$ = NFT_QUEUE_FLAG_CPU_FANOUT; }
	;

synproxy_word:
	SYNPROXY				{ memset(&p->synproxy, 0, sizeof(p->synproxy)); }
	;

synproxy_args:
	%empty
	| synproxy_args synproxy_arg
	;

synproxy_arg:
	MSS number				{ p->synproxy.mss = at_most(p, $2, @2, 65535);
						  p->synproxy.flags |= NF_SYNPROXY_OPT_MSS; }
	| WSCALE number				{ p->synproxy.wscale = at_most(p, $2, @2, 14);
						  p->synproxy.flags |= NF_SYNPROXY_OPT_WSCALE; }
	| TIMESTAMP			{ p->synproxy.flags |= NF_SYNPROXY_OPT_TIMESTAMP; }
	| SACK_PERM			{ p->synproxy.flags |= NF_SYNPROXY_OPT_SACK_PERM; }
	;

reject_kind:
	want_reject SYMBOL
					{ $$ = $2; want(p, WANT_VALUE); p->want.also = TYPE; }
	;

want_reject:	%empty				{ want_symbol(p, reject_kinds, "kind of reject"); };

flow_verb:
	ADD
	| OFFLOAD
	;

/* ---- address translation ---- */

nat_head:
	SNAT					{ nat_begin(p, NAT_SNAT); want_mixed(p, true); }
	| DNAT					{ nat_begin(p, NAT_DNAT); want_mixed(p, true); }
	;

nat_args:
	nat_dest
	| nat_to nat_dest
	| nat_family nat_to nat_dest
	| nat_form nat_to nat_dest
	| nat_family nat_form nat_to nat_dest
	;

nat_to:
	TO					{ want_mixed(p, false); }
	;

nat_family:
	FAMILY
				{ p->nat->family = $1; p->nat->type_flags |= NAT_FAMILY_WRITTEN; }
	;

nat_form:
	PREFIX					{ p->nat->type_flags |= NAT_PREFIX;
						  p->nat->flags |= NF_NAT_RANGE_NETMAP; }
	| INTERVAL				{ p->nat->type_flags |= NAT_INTERVAL; }
	| ADDR '.' WORD				{ nat_concat(p, $3, @3); }
	;

nat_dest:
	value					{ p->nat->addr = $1; }
	| value ':' want_mixed value		{ p->nat->addr = $1; p->nat->port = $4; }
	| ':' want_mixed value			{ p->nat->port = $3; }
	;

local_nat_head:
	MASQUERADE				{ nat_begin(p, NAT_MASQUERADE); }
	| REDIRECT				{ nat_begin(p, NAT_REDIRECT); }
	;

local_nat_args:
	%empty
	| nat_to ':' want_mixed value		{ p->nat->port = $4; }
	| nat_to value				{ p->nat->port = $2; }
	;

nat_flags_opt:
	%empty					{ $$ = 0; }
	| nat_flags
	;

nat_flags:
	NAT_FLAG
	| nat_flags ',' NAT_FLAG		{ $$ = $1 | $3; }
	;

tproxy_head:
	TPROXY					{ nat_begin(p, NAT_DNAT); want_mixed(p, true); }
	;

tproxy_family:
	%empty
	| nat_family
	;

fwd_family:
	want_family				{ $$ = 0; }
	| want_family FAMILY			{ $$ = $2; }
	;

want_family:	%empty				{ want_mixed(p, true); };

device_opt:
	%empty					{ $$ = NULL; }
	| DEVICE want_mixed value		{ $$ = $3; }
	;

/* ---- statements that change a set ---- */

setupd_op:
	ADD					{ $$ = NFT_DYNSET_OP_ADD; }
	| UPDATE				{ $$ = NFT_DYNSET_OP_UPDATE; }
	| DELETE				{ $$ = NFT_DYNSET_OP_DELETE; }
	;

open_setupd:	%empty				{ set_open(p); want_mixed(p, false); };

meter_size:
	%empty					{ $$ = 0; }
	| SIZE u32				{ $$ = $2; }
	;

setupd_data:
	%empty					{ $$ = NULL; }
	| ':' want_mixed value			{ $$ = $3; }
	;

set_at:
	'@'					{ want_name(p, EXPECT_SET); }
	;

flow_at:
	'@'					{ want_name(p, EXPECT_FLOWTABLE); }
	;

ref_name:
	name
	| VARIABLE				{ $$ = variable_text(p, $1, @1); }
	;

/* ---- matches ---- */

match:
	lhs rhs				{ $$ = rel(p, @$, OP_IMPLICIT, $1, $2, NULL); }
	| lhs relop rhs			{ $$ = rel(p, @$, $2, $1, $3, NULL); }
	| lhs rhs_list MASK want_more rhs_list	{ $$ = rel(p, @$, OP_IMPLICIT, $1, $2, $5); }
	| lhs relop rhs_list MASK want_more rhs_list	{ $$ = rel(p, @$, $2, $1, $3, $6); }
	;

relop:
	EQ					{ $$ = OP_EQ; want_more_value(p); }
	| NE					{ $$ = OP_NE; want_more_value(p); }
	| LT					{ $$ = OP_LT; want_more_value(p); }
	| GT					{ $$ = OP_GT; want_more_value(p); }
	| LE					{ $$ = OP_LE; want_more_value(p); }
	| GE					{ $$ = OP_GE; want_more_value(p); }
	| NOT					{ $$ = OP_NOT_FLAGS; want_more_value(p); }
	;

/* ---- values: what stands on the right ---- */

rhs:
	rhs_list
	| set_expr
	| set_ref
	;

rhs_list:
	rhs_concat
	| rhs_list ',' want_more rhs_concat	{ $$ = list(p, @$, EX_LIST, $1, $4); }
	;

rhs_concat:
	rhs_range
	| rhs_concat '.' want_more rhs_range	{ $$ = list(p, @$, EX_CONCAT, $1, $4); }
	;

rhs_range:
	rhs_arith
	| rhs_arith '-' want_more rhs_arith
					{ $$ = binary(p, @$, EX_RANGE, OP_IMPLICIT, $1, $4); }
	| rhs_arith '/' number			{ $$ = prefix(p, @$, $1, $3, @3); }
	;

rhs_arith:
	rhs_primary
	| rhs_arith OR want_more rhs_arith	{ $$ = binary(p, @$, EX_BINARY, OP_OR, $1, $4); }
	| rhs_arith XOR want_more rhs_arith	{ $$ = binary(p, @$, EX_BINARY, OP_XOR, $1, $4); }
	| rhs_arith AND want_more rhs_arith	{ $$ = binary(p, @$, EX_BINARY, OP_AND, $1, $4); }
	| rhs_arith LSHIFT want_more rhs_arith
					{ $$ = binary(p, @$, EX_BINARY, OP_LSHIFT, $1, $4); }
	| rhs_arith RSHIFT want_more rhs_arith
					{ $$ = binary(p, @$, EX_BINARY, OP_RSHIFT, $1, $4); }
	;

rhs_primary:
	constant
	| '(' want_more rhs_arith ')'		{ $$ = $3; }
	| '[' ADDRESS ']'			{ $$ = expr_symbol(p->arena, @2, $2, 0); }
	;

constant:
	WORD					{ $$ = expr_symbol(p->arena, @1, $1, 0); }
	| NUMBER				{ $$ = expr_symbol(p->arena, @1, $1, EXF_NUMBER); }
	| ADDRESS				{ $$ = expr_symbol(p->arena, @1, $1, 0); }
	| WILDCARD
					{ $$ = expr_symbol(p->arena, @1, $1, EXF_WILDCARD); }
	| STRING				{ $$ = quoted(p, @1, $1); }
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

/* ---- sets ---- */

set_or_ref:
	set_expr
	| set_ref
	| VARIABLE				{ $$ = variable(p, $1, @1); }
	;

set_ref:
	set_at ref_name				{ $$ = set_reference(p, @$, $2); }
	;

some_elements:
	set_expr
	| VARIABLE				{ $$ = variable_set(p, $1, @1); }
	;

empty_set:
	'{' open_set '}'			{ $$ = elements(p, @$, NULL); set_close(p); }
	;

set_expr:
	'{' open_set elems '}'		{ $$ = elements(p, @$, $3); set_close(p); }
	| '{' open_set elems_comma '}'		{ $$ = elements(p, @$, $3); set_close(p); }
	;

elems:
	elem					{ $$ = add_elem(p, NULL, $1); }
	| elems_comma elem			{ $$ = add_elem(p, $1, $2); }
	;

elems_comma:
	elems ','				{ $$ = $1; want_more_value(p); }
	;

elem:
	elem_key elem_opts			{ $$ = element(p, @$, $1, $2, NULL); }
	| elem_key elem_opts ':' want_more elem_data	{ $$ = element(p, @$, $1, $2, $5); }
	;

elem_key:
	rhs_concat
	| set_expr
	| '*'					{ $$ = expr_new(p->arena, EX_WILDCARD, @1); }
	;

elem_data:
	rhs_concat
	| verdict
	;

elem_opts:
	%empty					{ $$ = NULL; }
	| elem_opts TIMEOUT time		{ $$ = opts(p, $1); $$->timeout_ms = $3;
						  $$->has_timeout = true; }
	| elem_opts EXPIRES time		{ $$ = opts(p, $1); $$->expires_ms = $3;
						  $$->has_expires = true; }
	| elem_opts COMMENT string
					{ $$ = opts(p, $1); $$->comment = comment(p, $3, @3); }
	| elem_opts stateful
					{ $$ = opts(p, $1); append_stmt(p, &$$->stmts, $2); }
	;

/* ---- expressions: selectors, and values among them ---- */

/* what a match begins with: a selector, which operators may follow */
lhs:
	lhs_concat
	| lhs MAP map_begin set_or_ref		{ $$ = binary(p, @$, EX_MAP, OP_IMPLICIT, $1, $4); }
	;

lhs_concat:
	lhs_arith
	| lhs_concat '.' want_operand arith	{ $$ = list(p, @$, EX_CONCAT, $1, $4); }
	;

lhs_arith:
	selector
	| '(' want_mixed_operand arith ')'	{ $$ = $3; operand_end(p, p->want.type); }
	| lhs_arith OR want_mixed_operand arith	{ $$ = binary(p, @$, EX_BINARY, OP_OR, $1, $4); }
	| lhs_arith XOR want_mixed_operand arith
						{ $$ = binary(p, @$, EX_BINARY, OP_XOR, $1, $4); }
	| lhs_arith AND want_mixed_operand arith
						{ $$ = binary(p, @$, EX_BINARY, OP_AND, $1, $4); }
	| lhs_arith LSHIFT want_mixed_operand arith
					{ $$ = binary(p, @$, EX_BINARY, OP_LSHIFT, $1, $4); }
	| lhs_arith RSHIFT want_mixed_operand arith
					{ $$ = binary(p, @$, EX_BINARY, OP_RSHIFT, $1, $4); }
	;

value:
	expr
	;

values:
	expr
	| values ',' want_mixed_operand expr	{ $$ = list(p, @$, EX_LIST, $1, $4); }
	;

expr:
	concat
	| expr MAP map_begin set_or_ref		{ $$ = binary(p, @$, EX_MAP, OP_IMPLICIT, $1, $4); }
	;

map_begin:	%empty				{ p->in_map = true; };

concat:
	range
	| concat '.' want_operand range		{ $$ = list(p, @$, EX_CONCAT, $1, $4); }
	;

range:
	arith
	| arith '-' want_mixed_operand arith
					{ $$ = binary(p, @$, EX_RANGE, OP_IMPLICIT, $1, $4); }
	| arith '/' number			{ $$ = prefix(p, @$, $1, $3, @3); }
	;

arith:
	primary
	| arith OR want_mixed_operand arith	{ $$ = binary(p, @$, EX_BINARY, OP_OR, $1, $4); }
	| arith XOR want_mixed_operand arith	{ $$ = binary(p, @$, EX_BINARY, OP_XOR, $1, $4); }
	| arith AND want_mixed_operand arith	{ $$ = binary(p, @$, EX_BINARY, OP_AND, $1, $4); }
	| arith LSHIFT want_mixed_operand arith
					{ $$ = binary(p, @$, EX_BINARY, OP_LSHIFT, $1, $4); }
	| arith RSHIFT want_mixed_operand arith
					{ $$ = binary(p, @$, EX_BINARY, OP_RSHIFT, $1, $4); }
	;

want_mixed_operand: %empty			{ want_mixed_operand(p); };

primary:
	selector
	| constant				{ $$ = $1; operand_end(p, p->want.type); }
	| '(' want_mixed_operand arith ')'	{ $$ = $3; operand_end(p, p->want.type); }
	| '[' ADDRESS ']'			{ $$ = expr_symbol(p->arena, @2, $2, 0); }
	;

selector:
	META_KEY				{ $$ = selector(p, @$, $1, 0); }
	| proto_head field			{ $$ = selector(p, @$, $2, 0); }
	| sub_head sub_proto field		{ $$ = selector(p, @$, $3, 0); }
	| sub_head sub_proto			{ $$ = exists_seen(p, @$, $2); }
	| sub_head number		{ $$ = option_number(p, @$, $1, $2, @2, 0, 0); }
	| sub_head '@' number ',' number ',' number
			{ $$ = option_number(p, @$, $1, $3, @3, $5, at_most(p, $7, @7, 128)); }
	| exthdr_head SUBPROTO			{ $$ = exists(p, @$, $2); }
	| meta_head field			{ $$ = selector(p, @$, $2, 0); }
	| ct_head field				{ $$ = selector(p, @$, $2, 0); }
	| ct_head ct_direction field		{ $$ = selector(p, @$, $3, $2); }
	| rt_head field				{ $$ = selector(p, @$, $2, 0); }
	| socket_field
	| socket_field LEVEL number		{ $$ = $1; $$->field.num = at_most(p, $3, @3, 255);
						  $$->loc = @$; }
	| osf_head field			{ $$ = selector(p, @$, $2, 0); }
	| osf_head TTL want_osf_ttl osf_ttl field
						{ $$ = selector(p, @$, $5, 0); $$->field.num = $4; }
	| IPSEC want_xfrm_dir
				{ $$ = expr_field(p->arena, @$, meta_field(NFT_META_SECPATH), 0); }
	| IPSEC want_xfrm_dir xfrm_dir field	{ $$ = selector(p, @$, $4, $3); }
	| IPSEC want_xfrm_dir xfrm_dir SPNUM number want_xfrm field
						{ $$ = selector(p, @$, $7, $3);
						  $$->field.num = at_most(p, $5, @5, 255); }
	| FIB want_fib_flag fib_flags SYMBOL	{ $$ = fib(p, @$, $3, $4); }
	| RAW_BASE ',' number ',' number	{ $$ = raw_field(p, @$, $1, $3, @3, $5, @5); }
	| NUMGEN want_numgen SYMBOL MOD u32 offset_opt
						{ $$ = numgen(p, @$, $3, $5, $6); }
	| JHASH want_operand concat MOD u32 seed_opt offset_opt
						{ $$ = hash(p, @$, $3, $5, $6, $7); }
	| SYMHASH MOD u32 offset_opt		{ $$ = hash(p, @$, NULL, $3, NO_SEED, $4); }
	;

field:
	FIELD
	| field_head FIELD			{ $$ = $2; }
	;

field_head:
	FIELD_HEAD				{ p->want.mode = WANT_FIELD; p->want.prefix = $1; }
	;

proto_head:
	PROTO					{ $$ = $1; want_proto_fields(p, $1); }
	| FAMILY_PROTO				{ $$ = $1; want_proto_fields(p, $1); }
	;

sub_head:
	proto_head OPTION			{ $$ = $1; want_options(p, $1, @1); }
	| proto_head CHUNK			{ $$ = $1; want_options(p, $1, @1); }
	;

sub_proto:
	SUBPROTO				{ $$ = $1; want_fields(p, $1->name, $1->fields); }
	;

exthdr_head:
	EXTHDR					{ want_fields(p, "exthdr", NULL);
						  p->want.protos = exthdrs; }
	;

meta_head:	META				{ want_fields(p, "meta", meta_fields); };
ct_head:	CT				{ want_ct_fields(p); };
rt_head:	RT				{ want_rt(p); };
osf_head:	OSF				{ want_fields(p, "osf", osf_fields); };
want_osf_ttl:	%empty				{ want_symbol(p, osf_ttls, "ttl mode"); };
osf_ttl:	SYMBOL			{ $$ = $1; want_fields(p, "osf", osf_fields); };
want_xfrm_dir:	%empty				{ want_symbol(p, xfrm_dirs, "direction"); };
xfrm_dir:	SYMBOL			{ $$ = $1; want_fields(p, "ipsec", xfrm_fields); };
want_xfrm:	%empty				{ want_fields(p, "ipsec", xfrm_fields); };
want_fib_flag:	%empty				{ want_symbol(p, fib_flags, "fib input"); };
want_numgen:	%empty				{ want_symbol(p, numgen_types, "kind of numgen"); };

ct_direction:
	DIRECTION				{ $$ = $1; want_ct_fields(p);
						  p->want.dir = true; }
	;

socket_head:	SOCKET				{ want_fields(p, "socket", socket_fields); };

socket_field:
	socket_head FIELD		{ $$ = selector(p, @$, $2, 0); p->want.also = LEVEL; }
	;

fib_flags:
	fib_flag
	| fib_flags '.' want_fib_flag fib_flag	{ $$ = $1 | $4; }
	;

fib_flag:
	SYMBOL				{ $$ = $1; want_symbol(p, fib_results, "fib result"); }
	;

offset_opt:
	%empty					{ $$ = 0; }
	| OFFSET u32				{ $$ = $2; }
	;

seed_opt:
	%empty					{ $$ = NO_SEED; }
	| SEED u32				{ $$ = $2; }
	;

%%

/* bison has its own numbers for tokens; back to ours. */
static struct token_name token_of(yysymbol_kind_t kind)
{
	struct token_name t = { YYUNDEF, yysymbol_name(kind) };
	int token;

	for (token = 0; token <= YYMAXUTOK; token++) {
		if (YYTRANSLATE(token) == kind) {
			t.token = token;
			break;
		}
	}
	return t;
}

static int yyreport_syntax_error(const yypcontext_t *ctx, struct parser *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	struct token_name expected[YYNTOKENS];
	int i, n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);
	yysymbol_kind_t got = yypcontext_token(ctx);

	for (i = 0; i < n; i++)
		expected[i] = token_of(kinds[i]);
	if (got == YYSYMBOL_COMPLETE)
		syntax_expect(p, expected, n < 0 ? 0 : n);
	else
		syntax_error(p, *yypcontext_location(ctx), token_of(got), expected, n < 0 ? 0 : n);
	p->syntax_error = true;
	return 0;
}

/* Called by bison where its stack is full. */
static void yyerror(const struct loc *loc, struct parser *p, const char *msg)
{
	(void)msg;
	parse_error(p, *loc, "this is nested too deeply");
}
