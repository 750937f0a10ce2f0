// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What hex digits and colons may be.
 */
#include <arpa/inet.h>
#include <string.h>

#include "state.h"

bool is_ip6(const char *text, size_t len)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (len < 2 || len >= sizeof(buf))
		return false;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return inet_pton(AF_INET6, buf, &a) == 1;
}

bool is_lladdr(const char *text, size_t len)
{
	unsigned int digits = 0, groups = 1;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == ':') {
			if (!digits)
				return false;
			digits = 0;
			groups++;
		} else if (text[i] == '.' || ++digits > 2) {
			return false;
		}
	}
	return digits && groups >= 6 && groups <= 32;
}

bool is_classid(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t major = colon - text, minor = len - major - 1;

	return major >= 1 && major <= 4 && minor >= 1 && minor <= 4 &&
	       !memchr(colon + 1, ':', minor) && !memchr(text, '.', len);
}
