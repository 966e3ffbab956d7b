// Plan: every picture and every file of the set, decided before anything is painted, so that
// threads need no order.
#pragma once
#include "encode.h"
#include "hash/digests.h"
#include "hash/pdq.h"
#include "view.h"

enum { PATH_LENGTH = 160, ARCHIVES = 4, MOST_COUNT = 20000, MOST_FILES = 100000 };

typedef enum EditKind {
    EDIT_NONE,
    EDIT_RECOMPRESSED,
    EDIT_RESIZED,
    EDIT_BLURRED,
    EDIT_BRIGHTENED,
    EDIT_CONTRAST,
    EDIT_MIRRORED,
    EDIT_ROTATED90,
    EDIT_ROTATED180,
    EDIT_CROPPED,
    EDIT_GRAY,
    EDIT_REFORMATTED,
    EDIT_WATERMARKED,
    EDIT_COPY,      // the same bytes under another name
    EDIT_TRUNCATED, // the file cut off in the middle
    EDIT_KINDS
} EditKind;
const char *edit_name(EditKind kind); // "recompressed", …

// What the lists say about a picture.
typedef enum Role {
    ROLE_UNKNOWN,
    ROLE_KNOWN,        // digests and PDQ
    ROLE_KNOWN_DIGEST, // digests only: its edits cannot be found
    ROLE_GOOD          // known harmless, by digest
} Role;

typedef struct DemoFile {
    char path[PATH_LENGTH]; // below device/, or inside its archive
    int archive;            // number of the archive that holds it, or -1
    EditKind edit;
    double amount; // what the edit makes of it: factor, radius, share
    ImageFormat format;
    int quality;
    bool has_camera; // EXIF
    bool is_written; // on the device; the original of a picture may be in the lists only
    // Known once made:
    Digests digests;
    uint64_t size;
    int width, height;
    PdqHash pdq;
    int pdq_quality;
    int distance; // bits from the original file's PDQ
    char *bytes;  // owned; only of files in archives
} DemoFile;

typedef struct Original {
    int number;
    uint64_t seed;
    const Country *country;
    int scene; // index in SCENES
    int width, height;
    Role role;
    unsigned lists; // bits 1 << ListId
    int category;   // 1–3 in the scheme vic-us
    bool is_victim_identified;
    CameraFacts camera;
    DemoFile *files; // files[0] is the original
    int file_count;
    ClueList clues;
    Err err;
} Original;

typedef struct Plan {
    uint64_t seed;
    Original *originals;
    int count;
    DemoFile *files; // all of them, in order of their originals
    int file_count;
} Plan;

typedef struct PlanRequest {
    int64_t count, seed, large, files;
} PlanRequest;

Err plan_make(const PlanRequest *request, Plan *ret) MUST_CHECK;
void plan_done(Plan *plan);
#define _cleanup_plan_ _cleanup_(plan_done)

const char *archive_path(int archive); // below device/
// Edits the picture (EDIT_NONE, EDIT_COPY and the like copy it).
Err edit_apply(const Picture *from, const DemoFile *file, Picture *ret) MUST_CHECK;
// Paints the original, makes and writes all its files. Runs on any thread. root: the folder
// device/.
void original_make(Original *original, const char *root);

// Only paints and develops it; fills its clues.
Err original_paint(Original *original, Picture *ret) MUST_CHECK;
Err pdq_measure(const Picture *picture, PdqHash *ret_hash, int *ret_quality) MUST_CHECK;

// The scenes. A painter fills the view; clues come with it.
typedef struct Scene {
    const char *name;
    int weight; // how often
    void (*paint)(View *view);
} Scene;
extern const Scene SCENES[];
extern const int SCENE_COUNT;
