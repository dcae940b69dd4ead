#!/usr/bin/env bash
# fakecloud 0.51.0 (Rust crate, AGPL-3.0-or-later): user pools, OAuth endpoints, API Gateway. Usage: common.sh.
# The first install compiles about 790 crates: the better part of an hour on two cores, and several GiB meanwhile.
#   BUILD_JOBS                 compiler jobs of the install           (default: 2)
#   FAKECLOUD_CONTAINER_CLI    command line of a container runtime    (default: true, which does nothing)
NAME=fakecloud
VERSION=0.51.0
DEFAULT_PORT=9304
READY_PATH=/_fakecloud/health
TOOLS=("cargo:the Rust toolchain" "cc:C compiler and linker")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  CARGO_TARGET_DIR="$HOME_DIR/build" cargo install --root "$HOME_DIR" --locked -j "${BUILD_JOBS:-2}" "fakecloud@$VERSION"
  rm -rf "$HOME_DIR/build"
}

serve() {
  # The default bind address is every interface: FAKECLOUD_ADDR narrows it. The JWT authorizer of HTTP APIs is only
  # there if a container runtime answers at the start; `true` passes for one, and nothing is run in it.
  exec env FAKECLOUD_CONTAINER_CLI="${FAKECLOUD_CONTAINER_CLI:-true}" FAKECLOUD_ADDR="127.0.0.1:$PORT" \
    FAKECLOUD_REGION=us-east-1 FAKECLOUD_ACCOUNT_ID=000000000000 "$HOME_DIR/bin/fakecloud"
}

main "$@"
