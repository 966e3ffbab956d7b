#!/bin/sh
# Installs a translated manual page under the name that man looks for. usage: install_manual.sh PAGE FOLDER
set -eu
case $2 in
/*) folder=${DESTDIR:-}$2 ;;
*) folder=$MESON_INSTALL_DESTDIR_PREFIX/$2 ;;
esac
mkdir -p "$folder"
install -m 644 "$1" "$folder/seventh.1"
