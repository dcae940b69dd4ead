#!/usr/bin/env bash
# cognito-local 5.3.0 (npm, MIT): management API, /oauth2/authorize and /oauth2/token. Usage: common.sh.
NAME=cognito-local
VERSION=5.3.0
# Discovery says http://localhost:9229 whatever the port is.
DEFAULT_PORT=9229
READY_PATH=/health
TOOLS=("node:12 or newer" "npm:comes with Node.js")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  npm install --no-audit --no-fund --ignore-scripts --prefix "$HOME_DIR" "cognito-local@$VERSION"
}

serve() {
  # State goes to .cognito/ below the working folder. By default every new pool signs its users in by e-mail address;
  # Cognito's default is a plain user name.
  mkdir -p "$RUN_DIR/.cognito"
  printf '{"UserPoolDefaults":{"UsernameAttributes":[]}}\n' >"$RUN_DIR/.cognito/config.json"
  exec env HOST=127.0.0.1 PORT="$PORT" node "$HOME_DIR/node_modules/cognito-local/lib/bin/start.js"
}

main "$@"
