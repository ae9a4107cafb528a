#!/usr/bin/env bash
# Installs the real servers of the integration suite and lets none of them start: tests start them on loopback and stop
# them. What is there already is left alone.
#   script/install-servers.sh [NAME…]     all without a name
# Debian packages need root. Go programs and Kafka's jars go to the cache, ~/.cache/aiops-servers or $AIOPS_SERVER_CACHE.
set -euo pipefail

cache=${AIOPS_SERVER_CACHE:-$HOME/.cache/aiops-servers}

# name · Debian package · version (the upstream part is pinned, Debian's security updates are taken) · its program
debian_servers() {
  cat <<'TABLE'
prometheus         prometheus                2.42.0*    prometheus
alertmanager       prometheus-alertmanager   0.25.0*    prometheus-alertmanager
node-exporter      prometheus-node-exporter  1.5.0*     prometheus-node-exporter
victoria-metrics   victoria-metrics          1.79.5*    victoria-metrics
rsyslog            rsyslog                   8.2302.0*  rsyslogd
postgresql         postgresql-15             15.*       postgres
TABLE
}

# name and program · module · version · package in it · build tags. Sources are checked against sum.golang.org, as Go always does.
go_servers() {
  cat <<'TABLE'
victoria-metrics-current  github.com/VictoriaMetrics/VictoriaMetrics  v1.150.0  app/victoria-metrics
vmagent-current           github.com/VictoriaMetrics/VictoriaMetrics  v1.150.0  app/vmagent
prometheus-current        github.com/prometheus/prometheus            v0.315.0  cmd/prometheus  remove_all_sd
victoria-logs             github.com/VictoriaMetrics/VictoriaLogs     v1.43.1   app/victoria-logs
telemetrygen              github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen  v0.161.0  .
minio                     github.com/minio/minio  v0.0.0-20250907161309-07c3a429bfed  .
etcd                      go.etcd.io/etcd/server/v3           v3.6.5   .
apiextensions-apiserver   k8s.io/apiextensions-apiserver      v0.37.2  .
kwok                      sigs.k8s.io/kwok                    v0.8.0   cmd/kwok
TABLE
}

kafka_version=4.1.1
# SHA-256 of the sorted `sha256sum` lines of all its jars.
kafka_jars=db0e7b45f86a3c02b605405befb51352dd42d2913276849e741797bf0bd6d7f5

wanted() { [ "${#names[@]}" -eq 0 ] || [[ " ${names[*]} " == *" $1 "* ]]; }

install_debian() {
  local packages=() units=() name package version program installed
  while read -r name package version program; do
    wanted "$name" || continue
    installed=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || true)
    # shellcheck disable=SC2053 # the version is a pattern
    if [[ $installed == $version ]] && [ -n "$(PATH=$PATH:/usr/sbin:/usr/lib/postgresql/15/bin command -v "$program")" ]; then continue; fi
    packages+=("$package=$version") units+=("${package%-[0-9]*}")
  done < <(debian_servers)
  if wanted kafka && ! command -v java >/dev/null; then packages+=(default-jre-headless); fi
  if wanted kafka && ! command -v mvn >/dev/null && [ ! -e "$cache/kafka-$kafka_version" ]; then packages+=(maven); fi
  [ ${#packages[@]} -gt 0 ] || return 0

  # Debian asks this file before it starts a service that was just installed; 101 means no.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    # shellcheck disable=SC2064 # the path as it is now
    trap "rm -f $policy" EXIT
  fi
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
  # Nor at the next boot.
  if [ -d /run/systemd/system ] && [ ${#units[@]} -gt 0 ]; then systemctl disable "${units[@]}"; fi
}

# A program is built in a module that requires it, so that a version need not be listed to be had.
install_go() {
  local name module version package tags build
  while read -r name module version package tags; do
    wanted "$name" || continue
    [ "$(cat "$cache/bin/.$name" 2>/dev/null || true)" = "$version" ] && [ -x "$cache/bin/$name" ] && continue
    command -v go >/dev/null || { echo "$name needs Go, which is not here." >&2; return 1; }
    build=$(mktemp -d)
    printf 'module build\n\ngo 1.25\n\nrequire %s %s\n' "$module" "$version" >"$build/go.mod"
    echo "building $name $version"
    [ "$package" = . ] || module=$module/$package
    (cd "$build" && CGO_ENABLED=0 GOFLAGS=-mod=mod nice go build -tags "$tags" -o "$build/program" "$module")
    mv "$build/program" "$cache/bin/$name"
    echo "$version" >"$cache/bin/.$name"
    rm -rf "$build"
  done < <(go_servers)
}

# The OpenTelemetry Collector comes as a list of parts that its own builder puts together.
otelcol_version=v0.161.0
install_otelcol() {
  wanted otelcol || return 0
  [ "$(cat "$cache/bin/.otelcol" 2>/dev/null || true)" = "$otelcol_version" ] && [ -x "$cache/bin/otelcol" ] && return 0
  command -v go >/dev/null || { echo 'otelcol needs Go, which is not here.' >&2; return 1; }
  local build parts=go.opentelemetry.io/collector
  build=$(mktemp -d)
  cat >"$build/parts.yaml" <<YAML
dist: { name: otelcol, output_path: $build/out }
receivers: [{ gomod: $parts/receiver/otlpreceiver $otelcol_version }]
exporters:
  - { gomod: $parts/exporter/otlpexporter $otelcol_version }
  - { gomod: $parts/exporter/otlphttpexporter $otelcol_version }
YAML
  echo "building otelcol $otelcol_version"
  GOBIN=$build nice go install "$parts/cmd/builder@$otelcol_version"
  (cd "$build" && CGO_ENABLED=0 nice ./builder --config=parts.yaml)
  mv "$build/out/otelcol" "$cache/bin/otelcol"
  echo "$otelcol_version" >"$cache/bin/.otelcol"
  rm -rf "$build"
}

# kubectl comes as a library; its own program lies in a module that cannot be required.
kubectl_version=v0.37.2
install_kubectl() {
  wanted kubectl-current || return 0
  [ "$(cat "$cache/bin/.kubectl-current" 2>/dev/null || true)" = "$kubectl_version" ] && [ -x "$cache/bin/kubectl-current" ] && return 0
  command -v go >/dev/null || { echo 'kubectl-current needs Go, which is not here.' >&2; return 1; }
  local build version=k8s.io/component-base/version
  build=$(mktemp -d)
  printf 'module build\n\ngo 1.25\n\nrequire k8s.io/kubectl %s\n' "$kubectl_version" >"$build/go.mod"
  cat >"$build/main.go" <<'GO'
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() { os.Exit(cli.Run(cmd.NewDefaultKubectlCommand())) }
GO
  echo "building kubectl-current $kubectl_version"
  (cd "$build" && CGO_ENABLED=0 GOFLAGS=-mod=mod nice go build -ldflags "-X $version.gitVersion=v1.${kubectl_version#v0.}" -o kubectl .)
  mv "$build/kubectl" "$cache/bin/kubectl-current"
  echo "$kubectl_version" >"$cache/bin/.kubectl-current"
  rm -rf "$build"
}

# OpenTofu needs its own version of HCL, as its go.mod says; what a module replaces holds only where it is the main one.
tofu_version=v1.12.6
tofu_hcl='github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828'
install_tofu() {
  wanted tofu || return 0
  [ "$(cat "$cache/bin/.tofu" 2>/dev/null || true)" = "$tofu_version" ] && [ -x "$cache/bin/tofu" ] && return 0
  command -v go >/dev/null || { echo 'tofu needs Go, which is not here.' >&2; return 1; }
  local build module=github.com/opentofu/opentofu
  build=$(mktemp -d)
  printf 'module build\n\ngo 1.25\n\nrequire %s %s\n\nreplace github.com/hashicorp/hcl/v2 => %s\n' \
    "$module" "$tofu_version" "$tofu_hcl" >"$build/go.mod"
  echo "building tofu $tofu_version"
  (cd "$build" && CGO_ENABLED=0 GOFLAGS=-mod=mod nice go build -ldflags "-s -w -X $module/version.dev=no" -o tofu "$module/cmd/tofu")
  mv "$build/tofu" "$cache/bin/tofu"
  echo "$tofu_version" >"$cache/bin/.tofu"
  rm -rf "$build"
}

install_kafka() {
  wanted kafka || return 0
  local folder=$cache/kafka-$kafka_version build
  if [ ! -e "$folder" ]; then
    build=$(mktemp -d)
    cat >"$build/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>aiops</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version></dependency></dependencies>
</project>
POM
    nice mvn -q -B -f "$build/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$build/jars"
    if [ "$(jars_sum "$build/jars")" != "$kafka_jars" ]; then
      echo "Kafka's jars are not those this script names: $(jars_sum "$build/jars")" >&2
      return 1
    fi
    mv "$build/jars" "$folder"
    rm -rf "$build"
  fi
  local program class
  for program in kafka-server:kafka.Kafka kafka-storage:kafka.tools.StorageTool; do
    class=${program#*:}
    printf '#!/bin/sh\nexec java -Xmx512m -cp "%s/*" %s "$@"\n' "$folder" "$class" >"$cache/bin/${program%%:*}"
    chmod +x "$cache/bin/${program%%:*}"
  done
}

jars_sum() { (cd "$1" && LC_ALL=C sha256sum -- *.jar | LC_ALL=C sort -k2 | sha256sum | cut -d' ' -f1); }

# Suites of the Model Context Protocol: programs of npm, without their install scripts.
mcp_packages=(@modelcontextprotocol/conformance@0.2.0-alpha.12 @modelcontextprotocol/inspector@2.12.0)
install_mcp() {
  wanted mcp || return 0
  local folder=$cache/mcp modules=$cache/mcp/node_modules/@modelcontextprotocol
  if [ "$(cat "$cache/bin/.mcp" 2>/dev/null || true)" != "${mcp_packages[*]}" ] || [ ! -x "$cache/bin/mcp-conformance" ]; then
    mkdir -p "$folder"
    echo '{ "private": true }' >"$folder/package.json"
    npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --save-exact "${mcp_packages[@]}"
    printf '#!/bin/sh\nexec node "%s" "$@"\n' "$modules/conformance/dist/index.js" >"$cache/bin/mcp-conformance"
    printf '#!/bin/sh\nexec node "%s" "$@"\n' "$modules/inspector/clients/launcher/build/index.js" >"$cache/bin/mcp-inspector"
    chmod +x "$cache/bin/mcp-conformance" "$cache/bin/mcp-inspector"
    echo "${mcp_packages[*]}" >"$cache/bin/.mcp"
  fi
}

names=("$@")
known=" $({ debian_servers && go_servers; } | cut -d' ' -f1 | tr '\n' ' ')kafka otelcol kubectl-current tofu mcp "
for name in "${names[@]}"; do
  if [[ $known != *" $name "* ]]; then
    echo "There is no server $name; there are:$known" >&2
    exit 1
  fi
done
mkdir -p "$cache/bin"
install_debian
install_go
install_otelcol
install_kubectl
install_tofu
install_kafka
install_mcp
