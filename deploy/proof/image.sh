#!/bin/sh
# Builds gladi's image and the stack's, and rehearses inside gladi's as Kubernetes would run it: nobody, no
# capability, nothing writable but /tmp and /work, no network but its own loopback. Leaves
# .tools/images/gladi.tar for a cluster.
#
#   sudo sh deploy/proof/image.sh      needs buildah, podman and runc; REGISTRY=yes pulls the real base images
set -eu
cd "$(dirname "$0")/../.."

for program in buildah podman runc; do
  command -v "$program" >/dev/null 2>&1 || { echo "prove: $program is not here" >&2; exit 3; }
done
[ "$(id -u)" = 0 ] || { echo "prove: images are built as root here" >&2; exit 3; }

export BUILDAH_RUNTIME=runc
if [ "${REGISTRY:-}" = yes ]; then
  pull=--pull
else
  pull=--pull-never
  sh deploy/proof/bases.sh
fi

# With this machine's certificates: where a proxy stands before the registries, its authority must be known inside.
build() {
  nice -n "${NICE:-19}" buildah bud "$pull" --layers --network host \
    --volume /etc/ssl/certs:/etc/ssl/certs:ro -f "$1" -t "$2" .
}

build deploy/gladi.Dockerfile gladi:latest
build deploy/Dockerfile sirekap:latest
buildah images --filter reference=localhost/gladi --filter reference=localhost/sirekap

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 777 "$work"
inside() {
  podman --runtime "$PWD/deploy/proof/runc-here" --cgroup-manager cgroupfs run --rm \
    --network none --read-only --tmpfs /tmp:rw,size=4g \
    --user 10001:10001 --cap-drop=ALL --security-opt no-new-privileges \
    --volume "$work:/work" --volume "$PWD/tests/gladi/sprint.toml:/scenario/scenario.toml:ro" \
    localhost/gladi:latest "$@"
}

inside doctor
inside worker --help >/dev/null
code=0
inside rehearse /scenario/scenario.toml --scale 20 --out /work/run || code=$?
case $code in
  0 | 1 | 4) ;; # a verdict, whichever: a busy machine may be too slow for the limits
  *) exit "$code" ;;
esac
inside report /work/run --pdf >/dev/null
for one in verdict.json report.html report.pdf; do
  [ -s "$work/run/$one" ] || { echo "prove: the rehearsal in the image left no $one" >&2; exit 1; }
done
echo "prove: a rehearsal inside the image ended with exit code $code"

mkdir -p .tools/images
rm -f .tools/images/gladi.tar
buildah push --quiet localhost/gladi:latest \
  docker-archive:.tools/images/gladi.tar:docker.io/library/gladi:latest
