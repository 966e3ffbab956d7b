# Ten scans killed at random moments and resumed.
KILLS=10 ATTEMPTS=5 DEMO_COUNT=30
export KILLS ATTEMPTS DEMO_COUNT
exec sh "$SEVENTH_SOURCE_ROOT/tests/workspace/scan_resume.sh" "$1"
