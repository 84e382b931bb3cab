#!/usr/bin/env bash
# Set-up, lint and tests: tools/test.sh BIN PROCESSES. pytest's closing line stays the last line.
set -euo pipefail
bin=$1 processes=$2
tools/chromium.sh "$bin"
tools/lint.sh "$bin"
echo "· tests on $processes processes"
# The tests try the site as it is in production; those of the demo switch it on themselves.
export RATUSZ_DEMO=0
exec "$bin/python" -m pytest -n "$processes" </dev/null
