# Sourced by `run`: finds a Docker engine or starts one of its own, so that tests in containers run.
# Whatever does not work is said in one line and is no failure: those tests are skipped then.

engine_folder=
engine_pid=

# An engine that answers: the one asked for, the machine's, or a fresh one.
use_docker_engine() {
  if command -v docker >/dev/null && timeout 20 docker info >/dev/null 2>&1; then
    echo 'containers: the Docker engine of this machine is used'
    return
  fi
  if ! command -v dockerd >/dev/null; then
    if ! can_install; then
      echo 'containers: no Docker engine, and none can be installed here (needs root and apt-get)'
      return
    fi
    if ! install_packages docker.io || ! command -v dockerd >/dev/null; then
      echo 'containers: no Docker engine: docker.io could not be installed'
      return
    fi
  fi
  if [[ $(id -u) != 0 ]]; then
    echo 'containers: no Docker engine runs, and only root can start one'
    return
  fi
  # Firewalls cannot be changed everywhere; private networks work without.
  start_engine || start_engine --iptables=false --ip6tables=false ||
    echo 'containers: dockerd does not start here'
}

can_install() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  timeout 120 apt-get update -qq >/dev/null 2>&1 || true
  timeout 300 apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

start_engine() {
  engine_folder=$(mktemp -d "${TMPDIR:-/tmp}/docker-engine.XXXXXX")
  local socket=$engine_folder/docker.sock
  local tied=()
  # Should this script be killed, the engine goes too.
  if command -v setpriv >/dev/null; then tied=(setpriv --pdeathsig TERM --); fi
  "${tied[@]}" dockerd --data-root "$engine_folder/data" --exec-root "$engine_folder/exec" \
    --pidfile "$engine_folder/pid" --host "unix://$socket" "$@" \
    >"$engine_folder/log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 150); do
    if [[ -S $socket ]] && timeout 5 docker --host "unix://$socket" info >/dev/null 2>&1; then
      export DOCKER_HOST=unix://$socket
      echo "containers: started dockerd${*:+ with $*}"
      return 0
    fi
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.2
  done
  echo "containers: dockerd${*:+ with $*} does not answer; its last lines:"
  tail -n 3 "$engine_folder/log"
  stop_docker_engine
  return 1
}

# Ends what `start_engine` started, and removes its data.
stop_docker_engine() {
  if [[ -n $engine_pid ]]; then
    kill "$engine_pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$engine_pid" 2>/dev/null || break
      sleep 0.2
    done
    kill -9 "$engine_pid" 2>/dev/null || true
    wait "$engine_pid" 2>/dev/null || true
  fi
  [[ -z $engine_folder ]] || rm -rf "$engine_folder" 2>/dev/null || true
  engine_pid=
  engine_folder=
  unset DOCKER_HOST
}
