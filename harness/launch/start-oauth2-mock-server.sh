#!/usr/bin/env bash
# oauth2-mock-server 8.2.3 (npm, MIT): says yes to nearly everything. A control, not Cognito. Usage: common.sh.
NAME=oauth2-mock-server
VERSION=8.2.3
DEFAULT_PORT=9308
READY_PATH=/.well-known/openid-configuration
TOOLS=("node:20.19, 22.12 or newer" "npm:comes with Node.js")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  npm install --no-audit --no-fund --ignore-scripts --prefix "$HOME_DIR" "oauth2-mock-server@$VERSION"
}

serve() {
  exec node "$HOME_DIR/node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs" -a 127.0.0.1 -p "$PORT"
}

main "$@"
