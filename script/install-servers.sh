#!/usr/bin/env bash
# Installs the real servers of the integration suite from Debian 12's archive, as root, and lets none of them start:
# tests start them on loopback and stop them. What is there already is left alone.
#   script/install-servers.sh [NAME…]     all without a name
set -euo pipefail

# name · Debian package · version (the upstream part is pinned, Debian's security updates are taken) · its program
servers() {
  cat <<'TABLE'
prometheus    prometheus               2.42.0*  prometheus
alertmanager  prometheus-alertmanager  0.25.0*  prometheus-alertmanager
TABLE
}

wanted=() units=()
while read -r name package version program; do
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  installed=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || true)
  # shellcheck disable=SC2053 # the version is a pattern
  if [[ $installed == $version ]] && command -v "$program" >/dev/null; then continue; fi
  wanted+=("$package=$version") units+=("$package")
done < <(servers)
[ ${#wanted[@]} -gt 0 ] || exit 0

# Debian asks this file before it starts a service that was just installed; 101 means no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"
# Nor at the next boot.
if [ -d /run/systemd/system ]; then systemctl disable "${units[@]}"; fi
