#!/usr/bin/env bash
# Builds docker/Dockerfile on a machine without a container engine and asks the image what it must answer.
# The base image is not fetched: a small Debian of the same release, from this machine's own mirror, takes its
# name. Everything happens in a temporary folder; only that Debian is kept, in the user's cache.
set -euo pipefail

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/club-image-test"
base_name="$(sed -n 's/^ARG BASE_IMAGE=//p' "$checkout/docker/Dockerfile")"
debian=bookworm
image=club-warehouse:image-test
container=club-image-test

say() { printf '[image test %s] %s\n' "$(date +%H:%M:%S)" "$*"; }

fail() {
  say "FAILED: $*" >&2
  exit 1
}

cannot_run() {
  say "$*" >&2
  exit 2
}

provide_tools() {
  local missing=() tool
  for tool in buildah debootstrap; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if ((${#missing[@]})) && { ((EUID != 0)) || ! command -v apt-get >/dev/null; }; then
    cannot_run "The image test needs ${missing[*]}: install them, or run it as root where there is apt-get."
  fi
  ((EUID == 0)) || cannot_run "The image test must run as root: debootstrap and buildah's chroot isolation need it."
  ((${#missing[@]})) || return 0
  say "Installing ${missing[*]} with apt-get."
  { apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$work/apt.log" 2>&1 ||
    cannot_run "apt-get could not install ${missing[*]}: $(tail -n 1 "$work/apt.log")"
}

# All of buildah's state lies in the temporary folder, so nothing of the machine's own storage is touched.
buildah_here() {
  buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

clean_up() {
  buildah_here rm --all >/dev/null 2>&1 || true
  # A host folder still mounted below must never be deleted through.
  if grep -qF " $work/" /proc/self/mountinfo; then
    say "$work still has something mounted in it and was not deleted." >&2
    return
  fi
  rm -rf -- "$work"
}

# Prints nothing when apt does not say; debootstrap then takes Debian's own default.
debian_mirror() {
  # shellcheck disable=SC2016 # apt-get fills these in, not the shell
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n "/^$debian main /{s///p;q}" || true
}

# Sets base_files to an archive of a minimal Debian with Python; made again after a month for its updates.
provide_base_files() {
  base_files="$cache/$debian-$(uname -m).tar"
  mkdir -p "$cache"
  find "$cache" -name '*.tar' -mtime +30 -delete
  if [[ -s $base_files ]]; then
    say "Taking the base files from $base_files."
    return
  fi
  say "Making the base files with debootstrap (about a minute)."
  local mirror
  mirror="$(debian_mirror)"
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$debian" "$work/base" \
    ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1 ||
    fail "debootstrap gave up: $(tail -n 3 "$work/debootstrap.log")"
  tar -C "$work/base" --exclude='./dev/*' --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' \
    -cf "$base_files.draft" .
  mv "$base_files.draft" "$base_files"
  rm -rf -- "$work/base"
}

make_base_image() {
  say "Storing the base files under the name $base_name."
  local base
  base="$(buildah_here from scratch)"
  buildah_here add --quiet "$base" "$base_files" / >/dev/null
  buildah_here commit --quiet --rm "$base" "$base_name" >/dev/null
}

build_image() {
  say "Building $image from docker/Dockerfile (some minutes: every package of requirements-distributed.lock is installed)."
  local mounts=(--volume /etc/ssl/certs:/etc/ssl/certs:ro) path
  python3 "$checkout/docker/host_pip_settings.py" "$work/pip.conf" >"$work/pip_paths"
  while IFS= read -r path; do
    mounts+=(--volume "$path:$path:ro")
  done <"$work/pip_paths"
  # --pull-never: a base image that is not here is an error, never a download.
  buildah_here bud --isolation chroot --format docker --pull-never --quiet \
    --ignorefile "$checkout/docker/Dockerfile.dockerignore" \
    --secret "id=pip_conf,src=$work/pip.conf" "${mounts[@]}" \
    --file "$checkout/docker/Dockerfile" --tag "$image" "$checkout" >"$work/build.log" 2>&1 ||
    fail "the build stopped: $(tail -n 25 "$work/build.log")"
  buildah_here from --pull-never --name "$container" "$image" >/dev/null
  entrypoint="$(buildah_here inspect --format '{{index .Docker.Config.Entrypoint 0}}' "$container")"
}

# As an engine would start it: the image's user, entrypoint and environment.
in_image() { buildah_here run --isolation chroot "$container" -- "$@"; }
start() { in_image "$entrypoint" "$@"; }

ask_image() {
  local answer name
  [[ $(in_image id -u) == 50000 ]] || fail "the image does not run as uid 50000"
  say "It runs as uid 50000."

  buildah_here run --isolation chroot --user root "$container" -- \
    sh -c '! command -v cc && ! command -v gcc && test ! -s /etc/pip.conf && test ! -e /root/.cache' >/dev/null ||
    fail "a compiler, a pip configuration or a download cache was left in the image"
  say "No compiler, pip configuration or download cache is left in it."
  # shellcheck disable=SC2016 # the shell in the image fills it in
  in_image sh -c 'test -r "$CLUB_PARSED/dbt_build/target/partial_parse.msgpack" && ! test -w "$CLUB_PARSED"' ||
    fail "what dbt has parsed is not in the image, to be read only"
  say "dbt has parsed the project in it."

  answer="$(start club --version)" || fail "club --version: $answer"
  say "club --version: $answer"
  answer="$(start airflow version)" || fail "airflow version: $answer"
  say "airflow version: $(tail -n 1 <<<"$answer")"

  if answer="$(start scheduler 2>&1)"; then
    fail "the scheduler started without any secret"
  fi
  for name in AIRFLOW__DATABASE__SQL_ALCHEMY_CONN AIRFLOW__CORE__FERNET_KEY WAREHOUSE_URL CLUB_LOADER_PASSWORD; do
    grep -qF "The secret $name is missing" <<<"$answer" || fail "the refusal does not name $name: $answer"
  done
  say "Without secrets the scheduler does not start, and says: $(head -n 1 <<<"$answer")"
}

say "Building and asking takes about 5 GB of ${TMPDIR:-/tmp} for a while."
work="$(mktemp -d "${TMPDIR:-/tmp}/club-image-test.XXXXXX")"
trap clean_up EXIT
provide_tools
provide_base_files
make_base_image
build_image
ask_image
say "Passed. The image is $(du -sh --apparent-size "$(buildah_here mount "$container")" | cut -f1) on disk."
