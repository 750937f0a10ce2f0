# SPDX-License-Identifier: GPL-2.0-or-later
example_files += files/examples/gateway.nft files/examples/home-router.nft \
	files/examples/two-isp-gateway.nft
modprobe_files += files/modprobe.d/nff.conf
