# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A bare Debian 12 root: the minimal system, git and ca-certificates, with the
# mirror of this machine. To be sourced, in the project's folder; the caller
# has a function `fail`. Needs root and debootstrap. Kept in $bare.
bare=build/fresh/bare.tar

# Prints "URI SUITE COMPONENT" for each of Debian's archives this machine uses.
# shellcheck disable=SC2016  # apt-get expands the $(...)
archives() {
  apt-get indextargets 'Created-By: Packages' \
    --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
    sed -En 's/^Debian ([^ ]+ bookworm[^ ]* [^ ]+)$/\1/p' | sort -u
}

# Into the empty folder $1.
make_bare_root() {
  local root=$1 mirror
  mkdir -p "$(dirname "$bare")"
  [[ -n $(archives) ]] || apt-get -qq update
  mirror=$(archives | sed -n 's/ bookworm main$//p' | head -n 1)
  [[ -n $mirror ]] || fail 'no mirror of bookworm in /etc/apt'
  debootstrap --variant=minbase --include=git,ca-certificates \
    bookworm "$root" "$mirror" >build/fresh/debootstrap.log ||
    fail "debootstrap failed: see build/fresh/debootstrap.log"
  archives | sed 's/^/deb /' >"$root/etc/apt/sources.list"
  # How this machine reaches its mirror: proxies, certificates, checks.
  apt-config dump | grep -E '^Acquire::(http|https|Check)' \
    >"$root/etc/apt/apt.conf.d/01mirror" || true
  tar -C "$root" -cf "$bare.part" .
  mv "$bare.part" "$bare"
}

# Unpacks it into the empty folder $1, or makes it there first.
bare_root() {
  if [[ -f $bare ]]; then
    tar -C "$1" -xpf "$bare"
  else
    make_bare_root "$1"
  fi
  chmod 755 "$1"
  cp -L /etc/resolv.conf "$1/etc/resolv.conf"
}

# Runs a shell command in the root $1. What it mounts and starts ends with it.
inside_root() {
  # shellcheck disable=SC2016  # $0 and $1 are the inner shell's
  unshare --mount --pid --fork --kill-child --propagation private bash -ec '
    mount --bind "$0" "$0"
    cd "$0"
    mount -t proc proc proc
    mount -t sysfs sys sys
    mount --rbind /dev dev
    mount -t tmpfs run run
    mount -t tmpfs tmp tmp
    exec chroot . env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      bash -ec "$1"' "$1" "$2" </dev/null
}
