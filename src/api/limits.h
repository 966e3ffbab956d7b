// The limits of the public library's own work.
#pragma once

enum { API_ENTRY_SCRATCH_BYTES = 256 << 20 }; // locations and facts of one entry while it is read
