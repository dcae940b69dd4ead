# What every start script shares. A script sets NAME, VERSION, DEFAULT_PORT, READY_PATH and TOOLS, defines
# install_target (fills $HOME_DIR) and serve (runs in $RUN_DIR and ends in exec), and then calls `main "$@"`.
#
#   start-NAME.sh               install if missing, start, wait until ready, stay in the foreground until TERM
#   start-NAME.sh --until-eof   the same, and stop when standard input closes too: whoever started the script is gone
#   start-NAME.sh --detach      return once ready (stop with: kill <pid>)
#   start-NAME.sh --install     install only
#
# Environment:
#   POOLPROOF_TARGETS_HOME   folder for installs and run files   (default: poolproof/targets in the user's cache folder)
#   PORT                     port on 127.0.0.1                   (default: $DEFAULT_PORT)
#   READY_TIMEOUT            seconds to wait for readiness       (default: 60)
#
# On success one line goes to stdout; everything else goes to stderr or the log file:
#   READY name=... version=... url=http://127.0.0.1:PORT pid=... log=...
# Exit status: 0 stopped, detached or installed, 1 any failure, 2 wrong usage.
# No state survives a restart: the run folder is emptied at each start.
# shellcheck shell=bash
set -euo pipefail

LAUNCH_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

say() { printf 'start-%s: %s\n' "$NAME" "$*" >&2; }
die() { say "error: $*"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || die "needs '$1' on PATH ($2)"; }
number() { case "$2" in '' | *[!0-9]*) die "$1 must be a number, got '$2'" ;; esac }

# ---- install ----------------------------------------------------------------
install_once() {
  mkdir -p "$HOME_DIR"
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$TARGETS_HOME/$NAME-$VERSION.lock"
    flock -w 7200 9 || die "another install of $NAME $VERSION has held the lock for two hours"
  fi
  if [ ! -f "$HOME_DIR/.installed" ]; then
    local tool
    for tool in "${TOOLS[@]}"; do need "${tool%%:*}" "${tool#*:}"; done
    say "installing $NAME $VERSION into $HOME_DIR"
    # In a shell of its own: a function that `||` follows would run on after a failed command.
    local rc=0
    (set -e; install_target) >"$HOME_DIR/install.log" 2>&1 & wait $! || rc=$?
    if [ "$rc" -ne 0 ]; then
      tail -n 20 "$HOME_DIR/install.log" >&2
      die "install failed (full output: $HOME_DIR/install.log)"
    fi
    : >"$HOME_DIR/.installed"
  fi
  if command -v flock >/dev/null 2>&1; then exec 9>&-; fi
}

# ---- stop -------------------------------------------------------------------
# Every process below $1, children before their parents.
below() {
  local child
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null || pgrep -P "$1" 2>/dev/null || true); do
    below "$child"
    printf '%s\n' "$child"
  done
}

stop_server() {
  local pids i=0 pid
  pids="$(below "$SERVER") $SERVER"
  # shellcheck disable=SC2086 # one word for each process
  kill $pids 2>/dev/null || true
  while kill -0 "$SERVER" 2>/dev/null && [ "$i" -lt 40 ]; do sleep 0.1; i=$((i + 1)); done
  for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; done
}

# ---- start ------------------------------------------------------------------
ready() { curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$PORT$READY_PATH" 2>/dev/null; }

start_server() {
  need curl "readiness check"
  if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    die "port $PORT on 127.0.0.1 is already in use (set PORT)"
  fi
  rm -rf "$RUN_DIR"
  mkdir -p "$RUN_DIR"
  cd "$RUN_DIR"
  # Standard input moves to 8 for --until-eof; the server gets neither.
  exec 8<&0
  (
    exec 8<&-
    trap '' HUP
    serve
  ) >"$LOG" 2>&1 </dev/null &
  SERVER=$!
  trap 'stop_server; exit 0' INT TERM
  local i=0
  until ready; do
    if ! kill -0 "$SERVER" 2>/dev/null; then
      tail -n 20 "$LOG" >&2 || true
      die "server ended before it was ready (log: $LOG)"
    fi
    i=$((i + 1))
    if [ "$i" -ge $((READY_TIMEOUT * 5)) ]; then
      stop_server
      tail -n 20 "$LOG" >&2 || true
      die "not ready after $READY_TIMEOUT s (log: $LOG)"
    fi
    sleep 0.2
  done
  printf '%s\n' "$SERVER" >"$RUN_DIR/pid"
  printf 'READY name=%s version=%s url=http://127.0.0.1:%s pid=%s log=%s\n' "$NAME" "$VERSION" "$PORT" "$SERVER" "$LOG"
}

# Until the server ends or, with --until-eof, standard input closes.
stay() {
  local rc=0
  if [ "$MODE" = until-eof ]; then
    cat <&8 >/dev/null 2>&1 &
    exec 8<&-
    wait -n || rc=$?
    if kill -0 "$SERVER" 2>/dev/null; then
      stop_server
      exit 0
    fi
  else
    exec 8<&-
    wait "$SERVER" || rc=$?
  fi
  say "server ended with status $rc (log: $LOG)"
  exit 1
}

main() {
  local usage="usage: start-$NAME.sh [--detach|--install|--until-eof]"
  [ "$#" -le 1 ] || { say "$usage"; exit 2; }
  case "${1:-}" in
    '') MODE=foreground ;;
    --detach) MODE=detach ;;
    --install) MODE=install ;;
    --until-eof) MODE=until-eof ;;
    *) say "$usage"; exit 2 ;;
  esac
  PORT="${PORT:-$DEFAULT_PORT}"
  READY_TIMEOUT="${READY_TIMEOUT:-60}"
  number PORT "$PORT"
  number READY_TIMEOUT "$READY_TIMEOUT"
  TARGETS_HOME="${POOLPROOF_TARGETS_HOME:-${XDG_CACHE_HOME:-${HOME:?set POOLPROOF_TARGETS_HOME}/.cache}/poolproof/targets}"
  mkdir -p "$TARGETS_HOME"
  TARGETS_HOME="$(cd "$TARGETS_HOME" && pwd)"
  HOME_DIR="$TARGETS_HOME/$NAME-$VERSION"
  RUN_DIR="$TARGETS_HOME/run/$NAME-$PORT"
  LOG="$RUN_DIR/server.log"
  install_once
  if [ "$MODE" = install ]; then say "installed in $HOME_DIR"; exit 0; fi
  start_server
  if [ "$MODE" = detach ]; then trap - INT TERM; exit 0; fi
  stay
}
