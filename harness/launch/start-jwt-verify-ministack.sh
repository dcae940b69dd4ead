#!/usr/bin/env bash
# MiniStack on PORT and, on the next port, the API of start-jwt-verify-api.sh that takes its tokens. Each ends with the
# other. Usage: common.sh.
NAME=jwt-verify-ministack
version_of() { sed -n 's/^VERSION=//p' "$(dirname "${BASH_SOURCE[0]}")/start-$1.sh"; }
VERSION="$(version_of ministack)-$(version_of jwt-verify-api)"
DEFAULT_PORT=9316
READY_PATH=/_ministack/health
TOOLS=()
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_target() {
  "$LAUNCH_DIR/start-ministack.sh" --install
  "$LAUNCH_DIR/start-jwt-verify-api.sh" --install
}

ready() {
  local url
  for url in "http://127.0.0.1:$PORT$READY_PATH" "http://127.0.0.1:$((PORT + 1))/open"; do
    curl -fsS -m 2 -o /dev/null "$url" 2>/dev/null || return 1
  done
}

# shellcheck disable=SC2046 # one word for each process
both_end() { kill $(jobs -p) 2>/dev/null || true; wait; exit "$1"; }

serve() {
  local api_port="$((PORT + 1))"
  export POOLPROOF_TARGETS_HOME="$TARGETS_HOME" READY_TIMEOUT PORT
  export JWKS_BASE="http://127.0.0.1:$PORT" ISSUER_BASE=https://cognito-idp.us-east-1.amazonaws.com
  trap 'both_end 0' INT TERM
  "$LAUNCH_DIR/start-ministack.sh" &
  # The API comes last: where only its URL is asked whether all is ready, MiniStack is too.
  until curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$PORT$READY_PATH" 2>/dev/null; do
    kill -0 "$!" 2>/dev/null || both_end 1
    sleep 0.2
  done
  env PORT="$api_port" "$LAUNCH_DIR/start-jwt-verify-api.sh" &
  wait -n || true
  both_end 1
}

main "$@"
