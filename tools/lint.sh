#!/bin/sh
# clang-format in check mode, then clang-tidy over our sources with the given build's compile commands.
set -u
build=$1
status=0
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror || status=1
[ -f "$build/compile_commands.json" ] || meson setup "$build" || exit 1
git ls-files 'src/*.c' | grep -v -e /avx -e /sse -e /neon |
    xargs -P "$(nproc)" -n 8 clang-tidy -p "$build" --quiet --warnings-as-errors='*' 2>/dev/null || status=1
exit $status
