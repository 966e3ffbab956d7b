# Two hundred scans killed at random moments and resumed.
KILLS=200 ATTEMPTS=3 DEMO_COUNT=30
export KILLS ATTEMPTS DEMO_COUNT
exec sh "$SEVENTH_SOURCE_ROOT/tests/workspace/scan_resume.sh" "$1"
