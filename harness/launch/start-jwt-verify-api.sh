#!/usr/bin/env bash
# An API behind aws-jwt-verify 5.2.1 and Express 5.3.0 (npm, Apache-2.0 and MIT): a service that takes Cognito tokens.
# Its routes are in jwt-verify-api.mjs. Usage: common.sh.
#   JWKS_BASE     the keys of pool P are at $JWKS_BASE/P/.well-known/jwks.json; plain http will do   (required)
#   ISSUER_BASE   the issuer of pool P is $ISSUER_BASE/P                                            (default: $JWKS_BASE)
NAME=jwt-verify-api
VERSION=5.2.1
DEFAULT_PORT=9306
READY_PATH=/open
TOOLS=("node:20 or newer" "npm:comes with Node.js")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  npm install --no-audit --no-fund --ignore-scripts --prefix "$HOME_DIR" "aws-jwt-verify@$VERSION" express@5.3.0
}

serve() {
  : "${JWKS_BASE:?set it to where the keys are, such as http://127.0.0.1:9302}"
  # Node looks for packages beside the file.
  cp "$LAUNCH_DIR/jwt-verify-api.mjs" "$RUN_DIR/server.mjs"
  ln -s "$HOME_DIR/node_modules" "$RUN_DIR/node_modules"
  exec env PORT="$PORT" JWKS_BASE="${JWKS_BASE%/}" ISSUER_BASE="${ISSUER_BASE:-${JWKS_BASE%/}}" NODE_ENV=production \
    node "$RUN_DIR/server.mjs"
}

main "$@"
