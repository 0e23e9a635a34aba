#!/usr/bin/env bash
# Starts one part of the warehouse, or refuses and names every secret that the part needs and has not got.
set -euo pipefail

AIRFLOW_SECRETS=(
  AIRFLOW__DATABASE__SQL_ALCHEMY_CONN
  AIRFLOW__CORE__FERNET_KEY
  AIRFLOW__API__SECRET_KEY
  AIRFLOW__API_AUTH__JWT_SECRET
)
WAREHOUSE_SECRETS=(
  WAREHOUSE_URL
  CLUB_LOADER_PASSWORD
  CLUB_TRANSFORMER_PASSWORD
  CLUB_ANALYST_PASSWORD
  CLUB_BI_PASSWORD
  CLUB_OUTSIDE_PASSWORD
  CLUB_OFFICER_PASSWORD
)
BROKER_SECRETS=(CLUB_BROKER_URL)
# Where tasks run, by the names of compose's profiles and of ingestion/operation/executors.py, and by Airflow's.
declare -A EXECUTORS=([local]=LocalExecutor [celery]=CeleryExecutor)
EX_CONFIG=78 # sysexits.h: something in the configuration, so restarting does not help

refuse() {
  printf '%s\n' "$@" "'$part' was not started." >&2
  exit "$EX_CONFIG"
}

require() {
  local name
  local sentences=()
  for name in "$@"; do
    [[ -n ${!name:-} ]] || sentences+=("The secret $name is missing: set it in the environment of this container.")
  done
  ((${#sentences[@]} == 0)) || refuse "${sentences[@]}"
}

name_executors() {
  local name names=
  for name in ${CLUB_EXECUTOR//,/ }; do
    [[ -n ${EXECUTORS[$name]:-} ]] || refuse "CLUB_EXECUTOR names '$name'; known are ${!EXECUTORS[*]}."
    names+="${names:+,}${EXECUTORS[$name]}"
  done
  export AIRFLOW__CORE__EXECUTOR="$names"
}

require_airflow() {
  require "${AIRFLOW_SECRETS[@]}" "$@"
  # Airflow takes any text as this key and fails much later, at the first connection it encrypts.
  local key='[A-Za-z0-9_-]{43}='
  [[ $AIRFLOW__CORE__FERNET_KEY =~ ^$key(,$key)*$ ]] ||
    refuse "AIRFLOW__CORE__FERNET_KEY is not a Fernet key: make one with openssl rand -base64 32 | tr '+/' '-_'."
  : "${CLUB_EXECUTOR:=local}"
  name_executors
  # Left to itself, Airflow asks for a second driver (asyncpg) for the same database; psycopg is there already.
  export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC="${AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC:-postgresql+psycopg:${AIRFLOW__DATABASE__SQL_ALCHEMY_CONN#*:}}"
}

# Airflow makes up a password, and prints it, for every user it does not find in this file.
write_airflow_password() {
  local file="${AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE:?}"
  (
    umask 077
    python3 -c 'import json, os; print(json.dumps({"admin": os.environ["CLUB_AIRFLOW_PASSWORD"]}))' >"$file"
  )
  unset CLUB_AIRFLOW_PASSWORD
}

# Lineage is told where a setting says to whom; airflow.cfg has it switched off.
[[ -z ${CLUB_LINEAGE:-} ]] || export AIRFLOW__OPENLINEAGE__DISABLED=False

part="${1:-}"
case "$part" in
  migrate)
    require_airflow "${WAREHOUSE_SECRETS[@]}"
    airflow db migrate
    # Airflow never starts a task whose pool does not exist; the DAGs share this one.
    airflow pools set warehouse "${AIRFLOW__CORE__PARALLELISM:-4}" "One slot a task that loads or builds." >/dev/null
    exec club migrate
    ;;
  api-server)
    require_airflow CLUB_AIRFLOW_PASSWORD
    write_airflow_password
    exec airflow "$@"
    ;;
  scheduler) # who runs tasks itself works in the warehouse; who hands them to workers does not
    needed=()
    [[ ,${CLUB_EXECUTOR:=local}, == *,local,* ]] && needed+=("${WAREHOUSE_SECRETS[@]}")
    [[ ,$CLUB_EXECUTOR, == *,celery,* ]] && needed+=("${BROKER_SECRETS[@]}")
    require_airflow "${needed[@]}"
    export AIRFLOW__CELERY__BROKER_URL="${CLUB_BROKER_URL:-}"
    exec airflow "$@"
    ;;
  worker)
    require_airflow "${WAREHOUSE_SECRETS[@]}" "${BROKER_SECRETS[@]}"
    exec club "$@"
    ;;
  dag-processor | triggerer)
    require_airflow
    exec airflow "$@"
    ;;
  '')
    part=nothing
    refuse "Say what to start: migrate, api-server, scheduler, worker, dag-processor, triggerer, or a command such as club --help."
    ;;
  *)
    exec "$@"
    ;;
esac
