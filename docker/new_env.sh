#!/usr/bin/env bash
# Writes docker/.env from .env.example with a new value for every secret; never touches one that is there.
set -euo pipefail

folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
target="${1:-$folder/.env}"
[[ ! -e $target ]] || {
  echo "$target is there already and was left alone: new secrets would lock you out of the old volumes." >&2
  exit 1
}

umask 077
while IFS= read -r line; do
  case "$line" in
    AIRFLOW__CORE__FERNET_KEY=) line+="$(openssl rand -base64 32 | tr '+/' '-_')" ;;
    [A-Z]*=) line+="$(openssl rand -hex 32)" ;;
  esac
  printf '%s\n' "$line"
done <"$folder/.env.example" >"$target.draft"
mv "$target.draft" "$target"
echo "Wrote $target. The password of Airflow's user 'admin' in it is CLUB_AIRFLOW_PASSWORD."
