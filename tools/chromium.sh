#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium: tools/chromium.sh BIN.
set -euo pipefail
bin=$1

starts() { "$bin/python" -m tests.browser >/dev/null 2>&1; }

if starts; then exit 0; fi
echo "Fetching a Chromium for the browser tests"
if "$bin/python" -m playwright install --only-shell chromium >/dev/null 2>&1 && starts; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  if { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 && starts; then exit 0; fi
fi
echo "There is no Chromium for the browser tests: install the package chromium (Debian: sudo apt-get install chromium) and type make test again." >&2
exit 1
