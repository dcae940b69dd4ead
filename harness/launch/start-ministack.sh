#!/usr/bin/env bash
# MiniStack 1.5.33 (PyPI, MIT): user pools, OAuth endpoints, API Gateway REST and HTTP APIs. Usage: common.sh.
#   MINISTACK_AUTH   "true" turns on MiniStack's own AUTH mode   (default: false)
NAME=ministack
VERSION=1.5.33
DEFAULT_PORT=9302
READY_PATH=/_ministack/health
TOOLS=("python3:3.10 or newer, with the venv module")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  rm -rf "$HOME_DIR/venv"
  python3 -m venv "$HOME_DIR/venv"
  # Without cryptography the tokens and keys of MiniStack are placeholders that no verifier can use.
  "$HOME_DIR/venv/bin/pip" install --disable-pip-version-check "ministack==$VERSION" "cryptography==50.0.2"
}

serve() {
  # The default bind address of MiniStack is every interface: BIND_HOST narrows it.
  exec env AUTH="${MINISTACK_AUTH:-false}" BIND_HOST=127.0.0.1 GATEWAY_PORT="$PORT" S3_DATA_DIR="$RUN_DIR/s3" \
    TMPDIR="$RUN_DIR" SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 LOG_LEVEL="${LOG_LEVEL:-INFO}" "$HOME_DIR/venv/bin/ministack"
}

main "$@"
