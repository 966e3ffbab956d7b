#!/bin/sh
# Two gigabytes: see vics_large.sh. $1: build root.
SEVENTH_VICS_BYTES=2000000000
export SEVENTH_VICS_BYTES
exec sh "$(dirname "$0")/vics_large.sh" "$1"
