#!/usr/bin/env bash
# serverless-offline 13.10.1 on serverless 3.40.0 (npm, MIT): an HTTP API with a JWT authorizer that checks no signature.
# Its routes are in serverless-offline.js. Usage: common.sh.
#   ISSUER           issuer that the authorizer expects              (required)
#   AUDIENCE         client ids it accepts, separated by commas      (required)
#   REQUIRED_SCOPE   scope of GET /scoped                            (default: https://api.example.test/read)
#   LAMBDA_PORT      second listener of the plugin, on 127.0.0.1     (default: the port after PORT)
# Version 14 needs serverless 4, whose package only fetches a program that wants a login.
NAME=serverless-offline
VERSION=13.10.1
DEFAULT_PORT=9309
READY_PATH=/open
TOOLS=("node:18 or newer" "npm:comes with Node.js")
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  npm install --no-audit --no-fund --ignore-scripts --prefix "$HOME_DIR" serverless@3.40.0 "serverless-offline@$VERSION"
}

serve() {
  : "${ISSUER:?set it to the iss of the tokens to accept}"
  : "${AUDIENCE:?set it to the client ids to accept, separated by commas}"
  cp "$LAUNCH_DIR/serverless-offline.js" "$RUN_DIR/serverless.js"
  cp "$LAUNCH_DIR/serverless-offline-handler.js" "$RUN_DIR/handler.js"
  ln -s "$HOME_DIR/node_modules" "$RUN_DIR/node_modules"
  # It looks for settings and writes some in the home folder. Without the last flag it does not start at all.
  exec env HOME="$RUN_DIR" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 \
    SLS_TELEMETRY_DISABLED=1 SLS_TRACKING_DISABLED=1 SLS_NOTIFICATIONS_MODE=off SLS_INTERACTIVE_SETUP_ENABLE=0 \
    ISSUER="$ISSUER" AUDIENCE="$AUDIENCE" REQUIRED_SCOPE="${REQUIRED_SCOPE:-https://api.example.test/read}" \
    node "$HOME_DIR/node_modules/serverless/bin/serverless.js" offline --host 127.0.0.1 --httpPort "$PORT" \
    --lambdaPort "${LAMBDA_PORT:-$((PORT + 1))}" --noPrependStageInUrl --noSponsor --ignoreJWTSignature
}

main "$@"
