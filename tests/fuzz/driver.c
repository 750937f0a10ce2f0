// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	fuzz-NAME [-n RUNS] [-s SEED] [-r RUN] [-w DIRECTORY] [FILE...]
 *
 * Runs a fuzz target without libFuzzer, on mutations of its seeds. Each run follows from the seed
 * and its number alone, so that -r repeats one by itself. -w writes the seeds to files (a corpus
 * for libFuzzer) and ends; FILEs are run as they are, and nothing else.
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define RUNS 40000
#define GROWN 256			/* bytes that mutations may add */

/* Of the sanitizers, where they are. */
void __sanitizer_set_death_callback(void (*cb)(void)) __attribute__((weak));

static unsigned long seed = 1, current;
static uint64_t state;

/* splitmix64 */
static uint64_t rnd(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t upto(size_t n)
{
	return n ? rnd() % n : 0;
}

static void tell(void)
{
	fprintf(stderr, "the input was that of -s %lu -r %lu\n", seed, current);
}

static void on_signal(int sig)
{
	tell();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* ---- attributes ---- */

#define HEADER 5			/* the byte in front, nfgenmsg or genlmsghdr */

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * An attribute by chance, of the message or of a nest: where it begins; 0: there is none. *nested:
 * not of the message itself.
 */
static size_t any_attr(const uint8_t *d, size_t len, bool *nested)
{
	size_t begin = HEADER, end = len, found = 0, seen = 0;

	*nested = false;
	while (begin + 4 <= end) {
		size_t n = get16(d + begin), next;

		if (n < 4 || n > end - begin)
			break;
		if (!upto(++seen))
			found = begin;
		next = begin + (n + 3) / 4 * 4;
		if (next + 4 > end && found && get16(d + found + 2) & 0x8000 && upto(4)) {
			/* go on in the nest */
			end = found + get16(d + found);
			begin = found + 4;
			seen = 0;
			*nested = true;
			continue;
		}
		begin = next;
	}
	return found;
}

static void mutate_value(uint8_t *d, size_t len)
{
	static const uint8_t extremes[] = { 0, 1, 2, 6, 0x7f, 0x80, 0xff };
	size_t n = len < 1 + upto(8) ? len : 1 + upto(len), at = upto(len - n + 1);

	while (n--)
		d[at++] = rnd() & 1 ? extremes[upto(sizeof(extremes))] : (uint8_t)rnd();
}

/* A change after which the message is still one. */
static size_t mutate_attr(uint8_t *d, size_t len, size_t room)
{
	bool nested;
	size_t at = any_attr(d, len, &nested), n = at ? get16(d + at) : 0, all = (n + 3) / 4 * 4;

	if (!at || at + all > len)
		return len;
	switch (upto(nested ? 2 : 4)) {
	case 0:			/* another type */
		if (!(d[at + 3] & 0x80) || !upto(4))
			d[at + 2] = (uint8_t)upto(30);
		break;
	case 1:
		if (n > 4 && !(d[at + 3] & 0x80))
			mutate_value(d + at + 4, n - 4);
		break;
	case 2:			/* take out */
		memmove(d + at, d + at + all, len - at - all);
		return len - all;
	default:		/* once more */
		if (len + all > room)
			break;
		memcpy(d + len, d + at, all);
		return len + all;
	}
	return len;
}

/* ---- anything ---- */

/* Copy a piece of one place over another, or in between. */
static size_t mutate_copy(uint8_t *d, size_t len, const struct fuzz_seed *from, bool insert)
{
	size_t n = 1 + upto(from->len < 64 ? from->len : 64), at = upto(len), src;

	n = n < from->len ? n : from->len;
	src = upto(from->len - n + 1);
	if (insert) {
		memmove(d + at + n, d + at, len - at);
		len += n;
	} else if (n > len - at) {
		n = len - at;
	}
	memcpy(d + at, from->data + src, n);
	return len;
}

/* One change of the input; its length afterwards. */
static size_t mutate(uint8_t *d, size_t len, const struct fuzz_seed *other)
{
	static const uint16_t lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 12, 20, 0x7fff, 0x8000, 0xffff };
	size_t at = upto(len), n;
	uint16_t v;

	switch (rnd() % 8) {
	case 0:
		d[at] ^= (uint8_t)(1 << upto(8));
		break;
	case 1:
		d[at] = (uint8_t)rnd();
		break;
	case 2:			/* the length or type of an attribute */
		v = rnd() & 1 ? lengths[upto(sizeof(lengths) / sizeof(lengths[0]))] :
				(uint16_t)upto(40);
		/* they are aligned, behind the byte in front */
		at = 1 + upto(len / 2) * 2;
		if (at + sizeof(v) <= len)
			memcpy(d + at, &v, sizeof(v));
		break;
	case 3:			/* cut off */
		return 1 + upto(len);
	case 4:			/* take out */
		n = upto(len - at);
		memmove(d + at, d + at + n, len - at - n);
		len -= n;
		break;
	case 5:
		return mutate_copy(d, len, other, false);
	case 6:
		return mutate_copy(d, len, other, true);
	default:		/* another kind of record, another line */
		d[0] = (uint8_t)rnd();
	}
	return len ? len : 1;
}

static void run(const struct fuzz_seed *seeds, unsigned int n, unsigned long number)
{
	const struct fuzz_seed *from;
	size_t len, room;
	uint8_t *d;

	current = number;
	state = seed * 0x100000001b3 + number;
	from = &seeds[rnd() % n];
	len = from->len;
	room = len + GROWN;
	d = malloc(room);
	memcpy(d, from->data, len);
	for (size_t i = upto(8); i--;)
		len = mutate_attr(d, len, room);
	/* every second input stays well-formed, so that more than the decoder sees it */
	for (size_t i = number % 2 * (1 + upto(4)); i--;)
		if (len + 64 <= room)
			len = mutate(d, len, &seeds[rnd() % n]);
	LLVMFuzzerTestOneInput(d, len);
	free(d);
}

static int run_file(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t len;

	if (!f) {
		perror(path);
		return 1;
	}
	len = fread(data, 1, sizeof(data), f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, len);
	return 0;
}

static int write_seeds(const struct fuzz_seed *seeds, unsigned int n, const char *dir)
{
	char path[4096];

	for (unsigned int i = 0; i < n; i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s/seed-%u", dir, i);
		f = fopen(path, "wb");
		if (!f || fwrite(seeds[i].data, seeds[i].len, 1, f) != 1 || fclose(f)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

static void run_all(const struct fuzz_seed *seeds, unsigned int n, unsigned long only,
		    unsigned long runs)
{
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(tell);
	signal(SIGSEGV, on_signal);
	signal(SIGABRT, on_signal);
	signal(SIGBUS, on_signal);
	signal(SIGFPE, on_signal);
	for (unsigned int i = 0; i < n; i++)
		LLVMFuzzerTestOneInput(seeds[i].data, seeds[i].len);
	for (unsigned long i = only ? only : 1; i <= (only ? only : runs); i++)
		run(seeds, n, i);
}

int main(int argc, char **argv)
{
	unsigned long runs = RUNS, only = 0;
	struct fuzz_seed *seeds;
	const char *dir = NULL;
	unsigned int n;
	int opt, err = 0;

	while ((opt = getopt(argc, argv, "n:s:r:w:")) != -1) {
		switch (opt) {
		case 'n':
			runs = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			only = strtoul(optarg, NULL, 0);
			break;
		case 'w':
			dir = optarg;
			break;
		default:
			fprintf(stderr, "usage: %s [-n RUNS] [-s SEED] [-r RUN] [-w DIRECTORY] "
				"[FILE...]\n", argv[0]);
			return 2;
		}
	}
	if (optind < argc) {
		for (; optind < argc; optind++)
			err |= run_file(argv[optind]);
		return err;
	}
	seeds = fuzz_seeds(&n);
	if (dir)
		err = write_seeds(seeds, n, dir);
	else
		run_all(seeds, n, only, runs);
	for (unsigned int i = 0; i < n; i++)
		free(seeds[i].data);
	free(seeds);
	if (dir)
		return err;
	printf("ok %s %lu runs from seed %lu\n", strrchr(argv[0], '/') ?
	       strrchr(argv[0], '/') + 1 : argv[0], only ? 1 : runs, seed);
	return 0;
}
