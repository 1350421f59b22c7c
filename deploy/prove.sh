#!/bin/sh
# Deployment put to the proof with the real programs; what is missing is said, and ends with 3.
#
#   sh deploy/prove.sh                 telemetry, image and cluster
#   sh deploy/prove.sh collector       builds an OpenTelemetry Collector (Go; a minute of processor time)
#   sh deploy/prove.sh telemetry       Prometheus and that Collector watch a rehearsal (prometheus)
#   sh deploy/prove.sh image           builds both images, rehearses in one (root, buildah, podman, runc)
#   sh deploy/prove.sh cluster         builds Kubernetes and CoreDNS, rehearses from pods (root, Go, cc,
#                                      containerd, etcd, kubectl; a quarter of an hour of processor time)
#
# On Debian: apt-get install prometheus buildah podman runc containerd containernetworking-plugins etcd-server
# mmdebstrap; kubectl from wherever it comes. Without an image registry deploy/proof/bases.sh first makes
# stand-ins for the base images. What is built stays in .tools; modules and objects stay in Go's own caches.
set -eu
cd "$(dirname "$0")/.."

quietly() { nice -n "${NICE:-19}" "$@"; }

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null 2>&1 || { echo "prove: $program is not here" >&2; exit 3; }
  done
}

# built NAME FOLDER [FLAGS]: a program of deploy/proof as .tools/bin/NAME, its modules pinned by go.sum
built() {
  [ -x ".tools/bin/$1" ] && [ -z "$(find "deploy/proof/$2" -newer ".tools/bin/$1" -type f)" ] && return
  need go
  mkdir -p .tools/bin
  echo "building $1 with $(go version)"
  out=$PWD/.tools/bin/$1
  (cd "deploy/proof/$2" && CGO_ENABLED=0 quietly go build -p 1 -mod=readonly -trimpath -buildvcs=false \
    -ldflags "-s -w ${3:-}" -o "$out.part" .)
  mv "$out.part" "$out"
}

collector() { built otel-collector collector; }

telemetry() {
  need prometheus promtool
  collector
  .venv/bin/python -m pytest -m slow tests/deploy/test_watchers.py
}

image() { sh deploy/proof/image.sh; }

cluster() {
  [ -e .tools/images/gladi.tar ] || image
  need cc etcd containerd ctr runc kubectl buildah
  version=k8s.io/component-base/version
  built kubernetes cluster "-X $version.gitVersion=v1.34.4 -X $version.gitMajor=1 -X $version.gitMinor=34"
  built coredns names
  source=$(cd deploy/proof/cluster && go list -m -f '{{.Dir}}' k8s.io/kubernetes)/build/pause/linux/pause.c
  [ -x .tools/bin/pause ] || cc -Os -static -o .tools/bin/pause "$source"
  .venv/bin/python -m pytest -m slow tests/deploy/test_cluster.py
}

[ $# != 0 ] || set -- telemetry image cluster
for one in "$@"; do
  case $one in
    collector | telemetry | image | cluster) "$one" ;;
    *) echo "prove: collector, telemetry, image or cluster, not $one" >&2; exit 2 ;;
  esac
done
