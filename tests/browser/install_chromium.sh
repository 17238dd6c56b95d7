#!/bin/sh
# A browser for the tests: the one that is there, or Debian's Chromium. Silent when there is one.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  log=$(mktemp)
  if apt-get update >"$log" 2>&1 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >>"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -n 5 "$log" >&2
  echo "apt-get could not install chromium (log: $log). Install Chromium or Chrome, then run this again." >&2
  exit 1
fi
echo "The browser tests need Chromium or Chrome and found neither. Install one (Debian: apt-get install chromium), then run this again." >&2
exit 1
