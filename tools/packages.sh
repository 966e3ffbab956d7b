#!/bin/sh
# Installs the Debian packages that a level of work needs and that are missing, after saying which.
# usage: packages.sh build|check|check-all|check-arm|bench
set -eu
level=$1

build="gcc make meson ninja-build pkg-config libc6-dev libssl-dev libsodium-dev libicu-dev libsqlite3-dev libpq-dev libexpat1-dev
  libseccomp-dev libmicrohttpd-dev zlib1g-dev libqrencode-dev libarchive-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libtiff-dev libgif-dev libheif-dev libexif-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev
  libjansson-dev libcairo2-dev libpango1.0-dev fonts-noto-core fonts-droid-fallback fonts-nanum"
check="$build curl jq minisign zip p7zip-full sqlite3 mandoc git"
check_all="$check clang clang-format clang-tidy libclang-rt-14-dev llvm postgresql nginx-light caddy"
arm="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static" # check_arm.sh does without where they are not
bench="$check g++ libfaiss-dev libblas-dev liblapack-dev wrk nginx-light"

case $level in
build) wanted=$build ;;
check) wanted=$check ;;
check-all) wanted=$check_all ;;
check-arm) wanted=$arm ;;
bench) wanted=$bench ;;
*)
    echo "usage: packages.sh build|check|check-all|check-arm|bench" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not a Debian system: please make sure of these packages' equivalents:" $wanted >&2
    exit 0
fi

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing Debian packages:$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "Please install them as root (sudo is not here): apt-get install$missing" >&2
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
fi
