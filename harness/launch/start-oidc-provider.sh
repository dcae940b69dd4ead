#!/usr/bin/env bash
# oidc-provider 9.13.3 (npm, MIT): strict about the RFCs, on the paths of Cognito. A control, not Cognito.
# Its fixed clients are in oidc-provider.mjs and, once more, in targets.toml. Usage: common.sh.
NAME=oidc-provider
VERSION=9.13.3
DEFAULT_PORT=9307
READY_PATH=/.well-known/openid-configuration
TOOLS=("node:20 or newer" "npm:comes with Node.js")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  npm install --no-audit --no-fund --ignore-scripts --prefix "$HOME_DIR" "oidc-provider@$VERSION"
}

serve() {
  # Node looks for packages beside the file.
  cp "$LAUNCH_DIR/oidc-provider.mjs" "$RUN_DIR/server.mjs"
  ln -s "$HOME_DIR/node_modules" "$RUN_DIR/node_modules"
  exec env PORT="$PORT" node "$RUN_DIR/server.mjs"
}

main "$@"
