#!/bin/sh
# prebuildify spawns one file, without a shell, so that paths may have spaces.
exec node "$(dirname "$0")/prebuild-shim.mjs" "$@"
