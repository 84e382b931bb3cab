#!/usr/bin/env bash
# Makes the environment: tools/install.sh PYTHON VENV. Quick when nothing changed.
set -euo pipefail
python=$1 venv=$2
wanted="Ratusz needs Python 3.11 or newer"

if ! command -v "$python" >/dev/null; then
  echo "$wanted and there is no $python here: install it (Debian: apt-get install python3 python3-venv), or name another with make PYTHON=python3.12." >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "$wanted and $python is $("$python" -V 2>&1 | cut -d' ' -f2): install a newer one, or name it with make PYTHON=python3.12." >&2
  exit 1
fi

stamp=$venv/installed
# The folder counts: an environment that was moved does not work.
state=$( { cat requirements.lock pyproject.toml tools/install.sh; pwd; "$python" -V; } | "$python" -c \
  'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')

if [ ! -x "$venv/bin/ratusz" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$state" ]; then
  rm -f "$stamp"
  if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Making the environment in $venv"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
      rm -rf "$venv"
      echo "$python cannot make an environment: install its venv module (Debian: apt-get install python3-venv)." >&2
      exit 1
    fi
  fi
  echo "Installing the locked dependencies (once; about a minute)"
  if ! "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; then
    if [ "$(df -Pk . | awk 'NR==2 {print $4}')" -lt 200000 ]; then
      echo "The disk is full: free at least 2 GB and type make install again." >&2
    else
      echo "The dependencies could not be installed: check the network connection and type make install again." >&2
    fi
    exit 1
  fi
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$state" >"$stamp"
fi

# Catalogues change without the lock: compile those that are newer than their result.
if [ -n "$(find src -name '*.po' -exec sh -c '[ ! "${1%.po}.mo" -nt "$1" ]' _ {} \; -print -quit)" ]; then
  "$venv/bin/python" tools/messages.py compile
fi
