// Bytes that must be read from anywhere: a stream copied to a file without a name, which is gone
// when its descriptor is closed.
#pragma once
#include "base/source.h"

// *ret_fd is owned by the caller and stands at its beginning. The file lies in $TMPDIR, else /tmp,
// else in memory.
Err spool_bytes(ByteSource *source, int *ret_fd, Diag *diag) MUST_CHECK;
