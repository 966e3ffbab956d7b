# Makes libseventh.a: one object of the front (first archive, whole) and what it needs of the others, with every symbol
# but the public ones made local.
# usage: archive.sh OUT FOLDER FRONT.a OTHER.a…
set -eu
out=$1 folder=$2 front=$3
shift 3
mkdir -p "$folder"
object=$folder/seventh.o
${CC:-cc} -r -nostdlib -o "$object" -Wl,--whole-archive "$front" -Wl,--no-whole-archive -Wl,--start-group "$@" -Wl,--end-group
${OBJCOPY:-objcopy} --wildcard --keep-global-symbol='s7_*' "$object"
rm -f "$out"
${AR:-ar} rcs "$out" "$object"
