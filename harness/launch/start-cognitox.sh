#!/usr/bin/env bash
# cognitox (Rust crate, MIT): user pools, OAuth endpoints and sign-in pages. Usage: common.sh.
#   COGNITOX_VERSION   0.2.1 or 0.1.2; they differ in many answers   (default: 0.2.1)
NAME=cognitox
VERSION="${COGNITOX_VERSION:-0.2.1}"
DEFAULT_PORT=9303
READY_PATH=/health
TOOLS=("cargo:the Rust toolchain" "cc:C compiler and linker")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  # 0.2.1 asks for Rust 1.99, but builds and runs with 1.95 where that statement is ignored.
  CARGO_TARGET_DIR="$HOME_DIR/build" cargo install --root "$HOME_DIR" --locked --ignore-rust-version \
    -j "${BUILD_JOBS:-2}" "cognitox@$VERSION"
  rm -rf "$HOME_DIR/build"
  cc -shared -fPIC -O1 -o "$HOME_DIR/loopback.so" "$LAUNCH_DIR/loopback.c" -ldl
}

serve() {
  # It binds every interface and has no setting for that: the shim narrows bind() to 127.0.0.1 (Linux with glibc).
  # The cost of password hashing is lowered so that sign-ins are quick.
  exec env LD_PRELOAD="$HOME_DIR/loopback.so" COGNITOX_PORT="$PORT" COGNITOX_STORAGE_MODE=memory \
    COGNITOX_BCRYPT_COST=4 COGNITOX_ISSUER_BASE_URL="http://127.0.0.1:$PORT" "$HOME_DIR/bin/cognitox"
}

main "$@"
