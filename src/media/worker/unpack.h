// Unpacking in a confined child: an archive's regular files as a stream of frames.
#pragma once
#include "media/wire.h"

// Reads the archive open at `input` and writes frames to `output`. Returns when the archive ends,
// is found damaged, a limit is reached, or nobody reads any more.
void archive_unpack(int input, int output, const WireRequest *limits);
