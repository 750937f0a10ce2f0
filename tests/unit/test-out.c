/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"
#include "unit.h"

static void memory(void)
{
	struct out o;

	out_init_mem(&o);
	CHECK_STR(out_str(&o), "");
	out_puts(&o, "a");
	out_putc(&o, 'b');
	out_write(&o, "cde", 2);
	out_tabs(&o, 2);
	out_printf(&o, "%d %s", 5, "x");
	CHECK_STR(out_str(&o), "abcd\t\t5 x");
	CHECK_INT(o.len, 9);
	out_drop(&o);
	CHECK_STR(out_str(&o), "");
	for (int i = 0; i < 200000; i++)
		out_putc(&o, (char)('a' + i % 26));
	CHECK_INT(o.len, 200000);
	CHECK_INT(out_str(&o)[199999], 'a' + 199999 % 26);
	out_drop(&o);
	out_printf(&o, "%5000d", 7);
	CHECK_INT(o.len, 5000);
	CHECK_INT(out_flush(&o), 0);
	out_fini(&o);
}

static void numbers(void)
{
	static const uint64_t v[] = { 0, 1, 9, 10, 99, 100, 12345, UINT32_MAX, UINT64_MAX };
	struct out o;

	out_init_mem(&o);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char want[32];

		out_drop(&o);
		out_u64(&o, v[i]);
		snprintf(want, sizeof(want), "%" PRIu64, v[i]);
		CHECK_STR(out_str(&o), want);
	}
	out_fini(&o);
}

static off_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -1 : st.st_size;
}

/* A file that is gone already, open for writing. */
static int temp_fd(void)
{
	char name[] = "/tmp/nff-out-XXXXXX";
	int fd = mkstemp(name);

	if (fd >= 0)
		unlink(name);
	return fd;
}

static void file(void)
{
	int fd = temp_fd();
	static char big[300000];
	struct out o;

	CHECK(fd >= 0);
	out_init_fd(&o, fd);
	out_puts(&o, "line\n");
	CHECK_INT(size_of(fd), 0);
	CHECK_INT(out_flush(&o), 0);
	CHECK_INT(size_of(fd), 5);
	out_puts(&o, "x");
	out_write(&o, big, sizeof(big));
	CHECK_INT(size_of(fd), 6 + sizeof(big));
	for (int i = 0; i < 100000; i++)
		out_putc(&o, 'y');
	CHECK(o.cap <= 65536);
	CHECK_INT(out_flush(&o), 0);
	CHECK_INT(size_of(fd), 6 + sizeof(big) + 100000);
	out_fini(&o);
	close(fd);
}

static void line_buffered(void)
{
	int fd = temp_fd();
	struct out o;

	CHECK(fd >= 0);
	out_init_fd(&o, fd);
	o.line_buffered = true;
	out_puts(&o, "abc");
	CHECK_INT(size_of(fd), 0);
	out_putc(&o, '\n');
	CHECK_INT(size_of(fd), 4);
	out_puts(&o, "a\nb");
	CHECK_INT(size_of(fd), 7);
	out_fini(&o);
	close(fd);
}

static void hold(void)
{
	int fd = temp_fd();
	struct out o;

	CHECK(fd >= 0);
	out_init_fd(&o, fd);
	o.hold = true;
	for (int i = 0; i < 100000; i++)
		out_puts(&o, "wrong\n");
	CHECK_INT(size_of(fd), 0);
	out_drop(&o);
	out_puts(&o, "right\n");
	CHECK_INT(out_flush(&o), 0);
	CHECK_INT(size_of(fd), 6);
	out_fini(&o);
	close(fd);
}

/* The first error stays, and nothing more is written. */
static void errors_stick(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct out o;

	if (fd < 0)
		SKIP("no /dev/full");
	out_init_fd(&o, fd);
	out_puts(&o, "x");
	CHECK_INT(out_flush(&o), -ENOSPC);
	for (int i = 0; i < 300000; i++)
		out_putc(&o, 'x');
	CHECK_INT(out_flush(&o), -ENOSPC);
	CHECK(o.cap <= 65536);
	out_fini(&o);
	close(fd);
}

static void closed_pipe(void)
{
	struct out o;
	int p[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK(pipe(p) == 0);
	close(p[0]);
	out_init_fd(&o, p[1]);
	out_puts(&o, "x");
	CHECK_INT(out_flush(&o), -EPIPE);
	out_fini(&o);
	close(p[1]);
}

static void stops(void)
{
	volatile sig_atomic_t stop = 0;
	int fd = temp_fd();
	struct out o;

	CHECK(fd >= 0);
	out_init_fd(&o, fd);
	o.stop = &stop;
	out_puts(&o, "one");
	CHECK_INT(out_flush(&o), 0);
	stop = 1;
	out_puts(&o, "two");
	CHECK_INT(out_flush(&o), -EINTR);
	CHECK_INT(size_of(fd), 3);
	out_fini(&o);
	close(fd);
}

int main(void)
{
	RUN(memory);
	RUN(numbers);
	RUN(file);
	RUN(line_buffered);
	RUN(hold);
	RUN(errors_stick);
	RUN(closed_pipe);
	RUN(stops);
	return unit_status();
}
