/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target is a file with LLVMFuzzerTestOneInput(), as libFuzzer wants it. Without libFuzzer
 * driver.c calls it with mutations of what seeds.c has.
 */
#ifndef NFF_FUZZ_H
#define NFF_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of every input. */
#define FUZZ_CHECK(cond) do { \
	if (!(cond)) { \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
		abort(); \
	} \
} while (0)

struct fuzz_seed {
	uint8_t *data;
	size_t len;
};
/* Inputs to begin with; *n of them, from malloc(). (seeds.c) */
struct fuzz_seed *fuzz_seeds(unsigned int *n);

#endif
