# The same as scan_demo.sh with a larger device.
DEMO_COUNT=120
export DEMO_COUNT
exec sh "$SEVENTH_SOURCE_ROOT/tests/workspace/scan_demo.sh" "$1"
