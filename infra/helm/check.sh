#!/bin/sh
# Lints the chart and renders it with each file of values/ into rendered/, which test/house/helm.spec.ts reads where there is no
# helm. `check.sh --check` writes nothing, and fails where rendered/ is not what the chart says.
# helm is taken from HELM or the PATH; without one it is built with Go, once, into ~/.cache/beaconhouse (5 minutes on two cores).
set -eu
cd "$(dirname "$0")"
helm_version=v3.22.0
# What the chart is rendered for: the oldest that Chart.yaml admits and a newer one must give the same.
kube_versions='1.27.0 1.34.0'

helm=${HELM:-$(command -v helm || true)}
if [ -z "$helm" ]; then
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/beaconhouse
  helm=$cache/helm
  if [ ! -x "$helm" ]; then
    command -v go >/dev/null || { echo 'neither helm nor go is on the PATH: https://helm.sh/docs/intro/install' >&2; exit 1; }
    echo "building helm $helm_version"
    GOBIN=$cache go install "helm.sh/helm/v3/cmd/helm@$helm_version"
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*" >&2; exit 1; }

for values in values/*.yaml; do
  name=$(basename "$values" .yaml)
  "$helm" lint --strict --quiet beaconhouse -f "$values"
  for kube in $kube_versions; do
    "$helm" template house beaconhouse --namespace monitoring --kube-version "$kube" -f "$values" >"$work/$name.$kube"
  done
  cmp -s "$work/$name.${kube_versions% *}" "$work/$name.${kube_versions#* }" || fail "$name is not the same for $kube_versions"
  {
    echo '# Written by ../check.sh; not to be changed by hand.'
    cat "$work/$name.${kube_versions#* }"
  } >"$work/$name.yaml"
done

# What must be refused, and in which words.
refused() {
  expected=$1
  shift
  if said=$("$helm" template house beaconhouse --kube-version "${kube_versions#* }" "$@" 2>&1); then fail "not refused: $*"; fi
  case $said in *"$expected"*) ;; *) fail "refused without saying '$expected': $said" ;; esac
}
refused 'kafka.brokers is missing' --set clickhouse.url=http://c:8123,secrets.existingSecret=s
refused 'clickhouse.url is missing' --set 'kafka.brokers={k:9092}' --set secrets.existingSecret=s
refused 'secrets.identitySecret is missing' --set 'kafka.brokers={k:9092}' --set clickhouse.url=http://c:8123
refused "additional properties 'replica' not allowed" -f values/smallest.yaml --set gateway.replica=3
refused 'needs loader.autoscaling.enabled' -f values/smallest.yaml --set loader.autoscaling.keda.enabled=true
refused 'needs ingress.gatewayHost' -f values/smallest.yaml --set ingress.enabled=true
refused 'secrets.kafkaUsername is missing' -f values/everything.yaml --set secrets.kafkaUsername=

# One line for everything the renders are made of: the spec makes the same one.
{
  find beaconhouse values -type f | LC_ALL=C sort | while read -r file; do
    printf '%s  %s\n' "$(tr -d '\r' <"$file" | sha256sum | cut -d' ' -f1)" "$file"
  done
} >"$work/sources.sha256"

if [ "${1:-}" = --check ]; then
  for file in "$work"/*.yaml "$work/sources.sha256"; do
    cmp "$file" "rendered/$(basename "$file")" || fail 'rendered/ is out of date: run infra/helm/check.sh'
  done
else
  rm -rf rendered
  mkdir rendered
  cp "$work"/*.yaml "$work/sources.sha256" rendered/
fi
echo "the chart holds, with $(find values -name '*.yaml' | wc -l) sets of values"
