# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What deploy/run and deploy/stack begin with; to be sourced in the project's
# folder. What the steps print goes to $log.
log=build/run.log
mkdir -p build
: >"$log"

step() {
  local name=$1 start=$SECONDS
  shift
  printf '%s ... ' "$name"
  if ! "$@" >>"$log" 2>&1; then
    printf 'failed. The end of %s:\n' "$log"
    tail -n 25 "$log"
    exit 1
  fi
  printf 'done (%d s)\n' $((SECONDS - start))
}

# Arguments are those of deploy/setup.
build_all() {
  step 'Installing what is missing' ./deploy/setup "$@"
  step 'Configuring' cmake --preset release
  step 'Building' cmake --build --preset release \
    --target ipband_exporter ipbandctl
}
