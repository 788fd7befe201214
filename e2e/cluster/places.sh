# Sourced by the scripts beside it: where things are, and what versions.
# shellcheck disable=SC2034
here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
go_wanted=1.25
kubernetes="$(sed -n 's|^\tk8s.io/kubernetes v\(.*\)|\1|p' "$here/go.mod")"
home="${POTSTILL_CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/potstill-cluster}"
# What is built is kept by the digest of what it is built from, so that checkouts of different ages share the folder.
digest="$(cd "$here" && cat go.mod go.sum kubernetes/*.go pause/*.go build | sha256sum | cut -c1-12)"
built="$home/built/$digest"
assets="$home/k8s/$kubernetes-linux-amd64" # the layout that Fabric8's kube-api-test looks for
run="$home/cluster"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
# 69 is sysexits' "unavailable": something that this machine lacks.
missing() { say "$*"; exit 69; }
