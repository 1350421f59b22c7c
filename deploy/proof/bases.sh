#!/bin/sh
# The base images of our Dockerfiles, built here from Debian's packages under the names of the FROM lines: for a machine
# that reaches Debian and Go but no image registry. They are not the official images: Python is Debian's 3.11, with its
# own pip; Go is the one of this machine. What is there already under such a name is left alone.
#
#   sudo sh deploy/proof/bases.sh            needs mmdebstrap, buildah and go
set -eu

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

absent() { ! buildah inspect --type image "$1" >/dev/null 2>&1; }

# debian PACKAGE,...: a container with a minimal Debian and these packages; prints its name
debian() {
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Languages "none"' --include="$1" bookworm "$root" "$mirror" >&2
  box=$(buildah from scratch)
  buildah add --quiet "$box" "$root" / >&2
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 "$box"
  echo "$box"
}

keep() { # keep CONTAINER NAME
  buildah commit --quiet --rm "$1" "docker.io/library/$2" >/dev/null
  rm -f "$root"
  echo "built a stand-in for $2" >&2
}

folder=$(mktemp -d)
root=$folder/root.tar
trap 'rm -rf "$folder"' EXIT

if absent docker.io/library/python:3.11-slim-bookworm; then
  box=$(debian ca-certificates,netbase,tzdata,python3,python3-pip)
  buildah run "$box" -- sh -c 'ln -s /usr/bin/python3 /usr/local/bin/python && rm /usr/lib/python3.11/EXTERNALLY-MANAGED'
  buildah config --cmd python3 "$box"
  keep "$box" python:3.11-slim-bookworm
fi

if absent docker.io/library/golang:1.25-bookworm; then
  box=$(debian ca-certificates,git)
  buildah add --quiet "$box" "$(go env GOROOT)" /usr/local/go >&2
  buildah config --env PATH=/go/bin:/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin --env GOPATH=/go --workingdir /go "$box"
  keep "$box" golang:1.25-bookworm
fi
