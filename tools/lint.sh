#!/usr/bin/env bash
# Every check that needs no database: tools/lint.sh BIN. All of them run; one that fails fails the whole.
set -euo pipefail
bin=$1
failed=()
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "· $name: fine"
  else
    echo "· $name: FAILED"
    echo "$output"
    failed+=("$name")
  fi
}

check "faults (ruff)" "$bin/ruff" check --quiet .
check "format (ruff)" "$bin/ruff" format --check --quiet .
check "layers (import-linter)" "$bin/lint-imports" --no-logo
check "templates (djlint)" "$bin/djlint" --lint --quiet src
check "messages" "$bin/python" tools/messages.py check
check "command line reference" "$bin/python" tools/cli_reference.py check
check "API document" "$bin/python" tools/openapi.py check
check "documentation (mkdocs)" "$bin/mkdocs" build --strict --quiet --site-dir "$scratch"

if [ ${#failed[@]} -gt 0 ]; then
  (IFS=,; echo "Lint failed: ${failed[*]}." >&2)
  exit 1
fi
