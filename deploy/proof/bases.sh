#!/bin/sh
# The base images of our Dockerfiles, built here from Debian's packages under the names of the FROM lines:
# for a machine that reaches Debian but no image registry. They are not the official images: Python is Debian's
# 3.11 with its own pip, Go is this machine's. What is there already under such a name is left alone.
#
#   sudo sh deploy/proof/bases.sh            needs mmdebstrap, buildah and go
set -eu

for program in mmdebstrap buildah go; do
  command -v "$program" >/dev/null 2>&1 || { echo "prove: $program is not here" >&2; exit 3; }
done
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
folder=$(mktemp -d)
root=$folder/root.tar
trap 'rm -rf "$folder"' EXIT

absent() { ! buildah inspect --type image "docker.io/library/$1" >/dev/null 2>&1; }

# debian PACKAGE,...: a container with a minimal Debian and these packages; prints its name
debian() {
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Languages "none"' --include="$1" \
    bookworm "$root" "$mirror" >&2
  box=$(buildah from scratch)
  buildah add --quiet "$box" "$root" / >&2
  buildah config --env LANG=C.UTF-8 \
    --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$box"
  echo "$box"
}

# keep CONTAINER NAME
keep() {
  buildah commit --quiet --rm "$1" "docker.io/library/$2" >/dev/null
  rm -f "$root"
  echo "built a stand-in for $2" >&2
}

python=python:3.11-slim-bookworm
if absent "$python"; then
  box=$(debian ca-certificates,netbase,tzdata,python3,python3-pip)
  buildah run "$box" -- ln -s /usr/bin/python3 /usr/local/bin/python
  buildah run "$box" -- rm /usr/lib/python3.11/EXTERNALLY-MANAGED # the official image's pip has no such guard
  buildah config --cmd python3 "$box"
  keep "$box" "$python"
fi

go=golang:1.25-bookworm
if absent "$go"; then
  box=$(debian ca-certificates,git)
  buildah add --quiet "$box" "$(go env GOROOT)" /usr/local/go >&2
  buildah config --env GOPATH=/go --workingdir /go \
    --env PATH=/go/bin:/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin "$box"
  keep "$box" "$go"
fi
