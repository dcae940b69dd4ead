#!/usr/bin/env bash
# moto server 5.2.5 (PyPI, Apache-2.0): management API, keys and discovery; no OAuth endpoints. Usage: common.sh.
NAME=moto
VERSION=5.2.5
DEFAULT_PORT=9301
READY_PATH=/moto-api/data.json
TOOLS=("python3:3.10 or newer, with the venv module")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  rm -rf "$HOME_DIR/venv"
  python3 -m venv "$HOME_DIR/venv"
  "$HOME_DIR/venv/bin/pip" install --disable-pip-version-check "moto[server]==$VERSION"
}

serve() {
  exec "$HOME_DIR/venv/bin/moto_server" -H 127.0.0.1 -p "$PORT"
}

main "$@"
