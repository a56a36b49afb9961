#!/usr/bin/env bash
# build.sh DIR: the collector of manifest.yaml as DIR/otelcol. Needs Go; takes some minutes the first time.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1" && out=$(cd "$1" && pwd)
[ -x "$out/otelcol" ] && exit 0
cd "$out"
GOBIN=$out go install go.opentelemetry.io/collector/cmd/builder@v0.155.0
sed "s|^  name: otelcol|  output_path: $out/source\n  name: otelcol|" "$here/manifest.yaml" >"$out/manifest.yaml"
"$out/builder" --config "$out/manifest.yaml"
mv "$out/source/otelcol" "$out/otelcol"
