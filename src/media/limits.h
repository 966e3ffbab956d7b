// The named limits of media/, its client and its worker.
#pragma once

enum {
    MEDIA_DIMENSION_MAX = 65535,       // pixels along one side
    MEDIA_PIXELS_MAX = 300 * 1000000,  // of one picture
    MEDIA_FRAMES_MAX = 100000,         // of an animation that are counted
    MEDIA_JPEG_SCANS_MAX = 500,        // of a progressive picture; ordinary ones have about ten
    MEDIA_JPEG_WARNINGS_MAX = 1000000, // of the JPEG library before it gives up
    MEDIA_CHUNK_MAX = 8 << 20,         // bytes of one ancillary chunk (PNG) or tag (TIFF)
    MEDIA_EXIF_MAX = 1 << 20,          // bytes of one EXIF block
    MEDIA_CPU_SECONDS = 60,            // of one picture, unless the caller says otherwise
    MEDIA_WALL_MS = 120 * 1000,        // the same, by the clock
    MEDIA_GRACE_MS = 5000,             // how long after that the client waits for the keeper
    MEDIA_UNPACK_CPU_SECONDS = 3600,   // of one archive
    MEDIA_MEMBERS_MAX = 1000000,       // of one archive
    MEDIA_MEMBER_PATH_MAX = 4096,      // bytes of a member's path
    MEDIA_FRAME_MAX = 256 << 10,       // bytes of one frame of an unpacked stream
    MEDIA_VIDEO_PIXELS_MAX = 1 << 26,  // of one picture of a video: 8192 × 8192
    MEDIA_VIDEO_FRAMES_MAX = 200000,   // of one video that are hashed: two days, one a second
    MEDIA_VIDEO_CPU_SECONDS = 7200,    // of one video
    MEDIA_VIDEO_STREAMS_MAX = 64,      // tracks in one file
    MEDIA_VIDEO_BUFFER = 64 << 10,     // bytes read from the file at once
    MEDIA_CHILD_FILES = 16,            // descriptors of a child
    MEDIA_START_MS = 30 * 1000         // how long the program may take to start
};
#define MEDIA_INPUT_MAX (UINT64_C(4) << 30)          // bytes of one picture file
#define MEDIA_MEMORY_DEFAULT (UINT64_C(1536) << 20)  // bytes a child may take beside its input
#define MEDIA_UNPACK_MEMORY (UINT64_C(1536) << 20)   // the same for an archive (7z dictionaries)
#define MEDIA_VIDEO_DURATION_MS (INT64_C(1) << 40)   // milliseconds, some 35 years
#define MEDIA_VIDEO_ALLOCATION (UINT64_C(512) << 20) // bytes FFmpeg may ask for at once
#define MEDIA_UNPACK_OUTPUT (UINT64_C(1) << 40)      // bytes one archive may give in all
