#!/usr/bin/env bash
# Every check that needs no database: tools/lint.sh BIN.
set -euo pipefail
bin=$1
step() { echo "· $1"; shift; "$@"; }

step "ruff: faults" "$bin/ruff" check --quiet .
step "ruff: format" "$bin/ruff" format --check --quiet .
step "layers" "$bin/lint-imports" --no-logo
step "templates" "$bin/djlint" --lint --quiet src
step "messages" "$bin/python" tools/messages.py check
step "command line reference" "$bin/python" tools/cli_reference.py check
