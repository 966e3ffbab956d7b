/* Seventh: perceptual and exact hashes of pictures, videos and files; hash lists, read, made and
 * asked; near search over hashes that come and go.
 *
 *   Linking     cc program.c $(pkg-config --cflags --libs seventh)
 *   Names       everything is s7_…, S7… or S7_…; the library defines no other symbol.
 *   Errors      functions that can fail return an S7Error, S7_OK (0) on success; on failure no
 *               output is touched. The library never prints, exits, aborts or installs handlers.
 *   Memory      what s7_x_new or s7_x_open gave is released by s7_x_free, which takes NULL.
 *               Pointers in answers are borrowed, valid as long as the object they came from.
 *   Threads     functions without an object may be called from any thread at any time. An S7List,
 *               an S7Matcher, an S7Vpdq, S7VideoMatches and an S7NearSet (but for its opening and
 *               freeing) may be used by many threads at once; an S7Digester, an S7PdqStream, an
 *               S7ListBuilder by one at a time.
 *   ABI         within one soname (libseventh.so.0) functions are only added and structs never
 *               change, except those that begin with `size`: set it to sizeof, and the rest to zero
 *               where nothing else is said; later versions may add members at the end, and zero
 *               will mean what is so now. Enumerators keep their numbers; new ones may come, so
 *               that a switch over them needs a default.
 *   Environment SEVENTH_KERNELS=scalar|sse4|avx2|avx512|neon lowers the instruction set
 * (s7_kernels). Results are the same bits in all of them.
 */
#ifndef SEVENTH_H
#define SEVENTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define S7_API __attribute__((visibility("default")))
#define S7_MUST_CHECK __attribute__((warn_unused_result))
#else
#define S7_API
#define S7_MUST_CHECK
#endif

/* ---- Version and errors ------------------------------------------------------------------ */

#define S7_VERSION_MAJOR 0
#define S7_VERSION_MINOR 1
#define S7_VERSION_PATCH 0
#define S7_VERSION "0.1.0"

/* The version of the library that is running: "0.1.0". */
S7_API const char *s7_version(void);
/* The instruction set in use: "scalar", "sse4", "avx2", "avx512", "neon". */
S7_API const char *s7_kernels(void);

typedef enum S7Error {
    S7_OK = 0,
    S7_ERROR_INVALID = 1, /* an argument is wrong */
    S7_ERROR_NO_MEMORY = 2,
    S7_ERROR_LIMIT = 3, /* larger than the library takes */
    S7_ERROR_NOT_FOUND = 4,
    S7_ERROR_PERMISSION = 5,
    S7_ERROR_IO = 6,
    S7_ERROR_SYNTAX = 7,       /* not the format it should be */
    S7_ERROR_TRUNCATED = 8,    /* ends too soon */
    S7_ERROR_CORRUPT = 9,      /* a checksum or an offset does not hold */
    S7_ERROR_UNSUPPORTED = 10, /* valid, but not read by this version */
    S7_ERROR_INTERNAL = 11,
    S7_ERROR_BUSY = 12 /* in use by another process */
} S7Error;

/* A sentence in English, and a stable lower-case identifier ("not-found"). Static; never NULL. */
S7_API const char *s7_error_text(S7Error error);
S7_API const char *s7_error_name(S7Error error);

/* A view of text in UTF-8, not terminated by NUL. ptr may be NULL when len is 0. */
typedef struct S7Text {
    const char *ptr;
    size_t len;
} S7Text;

/* ---- PDQ, the perceptual hash of pictures -------------------------------------------------- */

enum {
    S7_PDQ_BYTES = 32,
    S7_PDQ_HEX = 64,
    S7_PDQ_TURNS = 8,
    S7_PDQ_RADIUS = 31,           /* the usual greatest distance of a match */
    S7_PDQ_QUALITY_MATCHABLE = 50 /* hashes of a lower quality never match */
};

/* bytes[0] holds the most significant bits: the order in which a hash is printed. */
typedef struct S7Pdq {
    uint8_t bytes[S7_PDQ_BYTES];
} S7Pdq;

/* Two variants are in use; they differ by a few bits on pictures of more than 512 pixels. */
typedef enum S7PdqVariant {
    S7_PDQ_FULL = 0, /* full resolution, as the Python binding computes it; the usual one */
    S7_PDQ_512 = 1   /* first reduced to 512×512, as the C++ tool does */
} S7PdqVariant;

/* The order of the public tool's dihedral output. */
typedef enum S7PdqTurn {
    S7_PDQ_ORIGINAL = 0,
    S7_PDQ_ROT90 = 1,
    S7_PDQ_ROT180 = 2,
    S7_PDQ_ROT270 = 3,
    S7_PDQ_FLIPX = 4,
    S7_PDQ_FLIPY = 5,
    S7_PDQ_FLIP_PLUS1 = 6,
    S7_PDQ_FLIP_MINUS1 = 7
} S7PdqTurn;

typedef enum S7PixelFormat {
    S7_PIXELS_GRAY = 1, /* 1 byte a pixel */
    S7_PIXELS_RGB = 3,  /* 3 bytes: R, G, B */
    S7_PIXELS_RGBA = 4, /* 4 bytes: R, G, B and one that is ignored */
    S7_PIXELS_BGRA = 5  /* 4 bytes: B, G, R and one that is ignored */
} S7PixelFormat;

/* A picture in memory. stride: bytes from one row to the next, at least a row's pixels. Pixels are
   taken as stored: apply no EXIF rotation if the hash is to equal those of others. */
typedef struct S7Image {
    const void *pixels;
    uint32_t width, height;
    size_t stride;
    S7PixelFormat format;
} S7Image;

/* quality (0–100) may be NULL. A picture under 5 pixels wide or high has hash 0 and quality 0. */
S7_API S7Error s7_pdq(const S7Image *image, S7PdqVariant variant, S7Pdq *ret_hash,
                      int *ret_quality) S7_MUST_CHECK;
/* All eight orientations, indexed by S7PdqTurn. */
S7_API S7Error s7_pdq_dihedral(const S7Image *image, S7PdqVariant variant,
                               S7Pdq ret_hashes[S7_PDQ_TURNS], int *ret_quality) S7_MUST_CHECK;

/* The same, fed row by row, so that a decoder need not hold the picture. */
typedef struct S7PdqStream S7PdqStream;
S7_API S7Error s7_pdq_stream_new(uint32_t width, uint32_t height, S7PdqVariant variant,
                                 S7PdqStream **ret) S7_MUST_CHECK;
S7_API void s7_pdq_stream_free(S7PdqStream *stream);
/* row_count rows, `stride` bytes apart; rows beyond the height are ignored. */
S7_API S7Error s7_pdq_stream_put(S7PdqStream *stream, const void *rows, size_t stride,
                                 uint32_t row_count, S7PixelFormat format) S7_MUST_CHECK;
/* S7_ERROR_TRUNCATED while rows are missing. */
S7_API S7Error s7_pdq_stream_finish(S7PdqStream *stream, S7Pdq ret_hashes[S7_PDQ_TURNS],
                                    int *ret_quality) S7_MUST_CHECK;

/* Exactly 64 hexadecimal digits in either case, ended by NUL; else S7_ERROR_SYNTAX. */
S7_API S7Error s7_pdq_parse(const char *hex, S7Pdq *ret) S7_MUST_CHECK;
S7_API void s7_pdq_print(const S7Pdq *hash, char ret_hex[S7_PDQ_HEX + 1]);
/* Differing bits, 0–256. */
S7_API int s7_pdq_distance(const S7Pdq *a, const S7Pdq *b);

/* ---- vPDQ, the hash of videos --------------------------------------------------------------- */

/* A video's hash is the PDQ of its pictures at an interval, usually a second. Decoding is the
   caller's (or `seventh hash --vpdq-text`); this library never parses a video. */
typedef struct S7VpdqFrame {
    uint64_t number;  /* among all pictures of the video, from 0 */
    int64_t time_ms;  /* since the first picture */
    uint32_t quality; /* 0–100 */
    S7Pdq hash;       /* S7_PDQ_FULL */
} S7VpdqFrame;

/* Pictures that the library holds. */
typedef struct S7Vpdq S7Vpdq;
/* The public text form, a picture a line, in any of its three orders of fields; see vpdq.h of the
   sources or the public implementation. `text` need not end with NUL. */
S7_API S7Error s7_vpdq_parse(const char *text, size_t len, S7Vpdq **ret) S7_MUST_CHECK;
S7_API void s7_vpdq_free(S7Vpdq *vpdq);
/* Borrowed; *ret_count of them, possibly none. */
S7_API const S7VpdqFrame *s7_vpdq_frames(const S7Vpdq *vpdq, size_t *ret_count);
/* Writes "number,quality,hash,seconds" and a line feed for each picture. At most capacity − 1 bytes
   and a NUL go to ret_text (which may be NULL when capacity is 0); returns the bytes of the whole
   text without NUL, or SIZE_MAX when there is no memory to make it or a picture's numbers cannot
   be (s7_list_builder_add refuses the same). */
S7_API size_t s7_vpdq_print(const S7VpdqFrame *frames, size_t count, char *ret_text,
                            size_t capacity);

/* When two videos are alike. The usual values are those of the public vPDQ matcher (31 bits,
   quality 50, 80 % of the query), and 80 % of the listed video besides; either share is enough, a
   share of 0 is no reason, and with both 0 one picture in common is. */
typedef struct S7VideoRule {
    size_t size;         /* sizeof(S7VideoRule), set by the caller */
    int radius;          /* greatest distance of two pictures that are near, 0–S7_RADIUS_MAX */
    int quality;         /* pictures below count nowhere, 50–100 */
    double query_share;  /* percent, 0–100 */
    double target_share; /* percent, 0–100 */
    int64_t slack_ms;    /* by how much times may drift within one stretch */
} S7VideoRule;
/* Sets all members but `size`. S7_ERROR_INVALID when size is too small. */
S7_API S7Error s7_video_rule_usual(S7VideoRule *io_rule) S7_MUST_CHECK;

/* Of each video: its pictures that are good enough, and how many of those are near to one of the
   other. */
typedef struct S7VpdqShares {
    size_t query_counted, query_matched;
    size_t target_counted, target_matched;
} S7VpdqShares;

/* Pictures of the query that have partners in the target one after the other, at the same distance
   in time. Ends are the times of the first and the last picture. */
typedef struct S7VpdqSegment {
    int64_t query_begin_ms, query_end_ms;
    int64_t target_begin_ms, target_end_ms;
    size_t pictures; /* of the query */
    int distance;    /* the greatest of its pairs */
} S7VpdqSegment;

/* Compares two videos picture by picture. At most `capacity` stretches go to ret_segments, in the
   order of the query; *ret_segment_count gets the number of all. The shares of the rule are not
   looked at. S7_ERROR_LIMIT for more than some 8 thousand million pairs. */
S7_API S7Error s7_vpdq_compare(const S7VpdqFrame *query, size_t query_count,
                               const S7VpdqFrame *target, size_t target_count,
                               const S7VideoRule *rule, S7VpdqShares *ret_shares,
                               S7VpdqSegment *ret_segments, size_t capacity,
                               size_t *ret_segment_count) S7_MUST_CHECK;

/* ---- Digests of files ---------------------------------------------------------------------- */

typedef struct S7Digests {
    uint8_t md5[16], sha1[20], sha256[32];
} S7Digests;

S7_API S7Error s7_digests(const void *bytes, size_t size, S7Digests *ret) S7_MUST_CHECK;
/* path is opened for reading; nothing else is touched. */
S7_API S7Error s7_digests_of_file(const char *path, S7Digests *ret) S7_MUST_CHECK;

typedef struct S7Digester S7Digester;
S7_API S7Error s7_digester_new(S7Digester **ret) S7_MUST_CHECK;
S7_API void s7_digester_free(S7Digester *digester);
S7_API void s7_digester_put(S7Digester *digester, const void *bytes, size_t size);
/* Afterwards the digester is ready for the next input. */
S7_API S7Error s7_digester_finish(S7Digester *digester, S7Digests *ret) S7_MUST_CHECK;

/* ---- Hash lists ---------------------------------------------------------------------------- */

/* A list file (.s7list), opened. Opening checks the file's structure; s7_list_check reads all of it
   and compares every checksum, for which seconds may pass. Signatures are checked by the minisign
   tool or by `seventh list verify`. */
typedef struct S7List S7List;
S7_API S7Error s7_list_open(const char *path, S7List **ret) S7_MUST_CHECK;
S7_API void s7_list_free(S7List *list);
S7_API S7Error s7_list_check(const S7List *list) S7_MUST_CHECK;
S7_API S7Text s7_list_name(const S7List *list);
S7_API S7Text s7_list_issuer(const S7List *list);
S7_API uint64_t s7_list_version(const S7List *list); /* counted by the issuer, from 1 */
S7_API uint32_t s7_list_count(const S7List *list);   /* entries, numbered from 0 */

enum {
    S7_HAS_MD5 = 1,
    S7_HAS_SHA1 = 2,
    S7_HAS_SHA256 = 4,
    S7_HAS_PDQ = 8,
    S7_HAS_SIZE = 16,
    S7_IS_WITHDRAWN = 32,  /* a tombstone: the issuer took the entry back */
    S7_IS_KNOWN_GOOD = 64, /* the list says that the file is harmless */
    S7_HAS_VPDQ = 128      /* a video: s7_list_vpdq has its pictures */
};

/* What a list says of one file. A category means something only within its scheme. Texts may be
   empty where the source said nothing. */
typedef struct S7Entry {
    size_t size;     /* sizeof(S7Entry), set by the caller */
    unsigned has;    /* S7_HAS_…, S7_IS_… */
    int pdq_quality; /* 0–100, −1 unknown */
    uint64_t file_size;
    S7Digests digests;
    S7Pdq pdq;
    S7Text id; /* the source's own */
    S7Text scheme, scheme_version, category;
    S7Text media_type;
} S7Entry;
S7_API S7Error s7_list_entry(const S7List *list, uint32_t entry, S7Entry *io_entry) S7_MUST_CHECK;
/* The pictures of the entry's video; none for an entry without S7_HAS_VPDQ. */
S7_API S7Error s7_list_vpdq(const S7List *list, uint32_t entry, S7Vpdq **ret) S7_MUST_CHECK;

/* Gathers entries for a list. Entries of one MD5 become one that has what all of them say, unless
   they contradict each other. Texts are copied and must be UTF-8. After an error the builder can
   only be freed. */
typedef struct S7ListBuilder S7ListBuilder;
S7_API S7Error s7_list_builder_new(S7ListBuilder **ret) S7_MUST_CHECK;
S7_API void s7_list_builder_free(S7ListBuilder *builder);
/* What entry->has names is taken: a digest, PDQ, size; S7_IS_WITHDRAWN needs an id and withdraws
   the entries of the list that bear it. The pictures of a video make S7_HAS_VPDQ, whatever `has`
   says; frames may be NULL when there are none. An entry with nothing to match is S7_ERROR_INVALID,
   and leaves the builder as it was. */
S7_API S7Error s7_list_builder_add(S7ListBuilder *builder, const S7Entry *entry,
                                   const S7VpdqFrame *frames, size_t frame_count) S7_MUST_CHECK;
typedef struct S7ListMeta {
    size_t size;               /* sizeof(S7ListMeta), set by the caller */
    const char *name, *issuer; /* NULL: not said */
    uint64_t version;          /* counted by the issuer, from 1; 0 is taken for 1 */
    int64_t created_ms;        /* since 1970 UTC; 0: not said */
} S7ListMeta;
/* One of the two, once: a file (made whole or not at all; an existing one is replaced), or a list
   in memory. The same entries and meta give the same bytes. Sign the file with minisign or `seventh
   list sign`. */
S7_API S7Error s7_list_builder_write(S7ListBuilder *builder, const S7ListMeta *meta,
                                     const char *path) S7_MUST_CHECK;
S7_API S7Error s7_list_builder_finish(S7ListBuilder *builder, const S7ListMeta *meta,
                                      S7List **ret) S7_MUST_CHECK;

/* Several lists, asked at once. The lists must outlive the matcher. */
typedef struct S7Matcher S7Matcher;
S7_API S7Error s7_matcher_new(const S7List *const *lists, size_t count,
                              S7Matcher **ret) S7_MUST_CHECK;
S7_API void s7_matcher_free(S7Matcher *matcher);

enum { S7_RADIUS_MAX = 48 };

/* What is asked; leave NULL what is not known. Digests of the empty file and PDQ hashes of quality
   below S7_PDQ_QUALITY_MATCHABLE match nothing. */
typedef struct S7Query {
    size_t size; /* sizeof(S7Query), set by the caller */
    const uint8_t *md5, *sha1, *sha256;
    const S7Pdq *pdq;
    int pdq_quality;   /* 100 when it is not known */
    int radius;        /* 0–S7_RADIUS_MAX */
    int is_exhaustive; /* not 0: also near matches of what was found exactly */
} S7Query;

typedef enum S7MatchKind { S7_MATCH_EXACT = 0, S7_MATCH_NEAR = 1 } S7MatchKind;
typedef enum S7Algorithm {
    S7_MD5 = 0,
    S7_SHA1 = 1,
    S7_SHA256 = 2,
    S7_PDQ = 3,   /* two pictures */
    S7_FRAME = 4, /* a picture and one of a listed video */
    S7_VPDQ = 5   /* two videos */
} S7Algorithm;

/* A fact, never a verdict: a near match must be confirmed by a person. */
typedef struct S7Match {
    uint32_t list;  /* position in the array given to s7_matcher_new */
    uint32_t entry; /* number in that list */
    S7MatchKind kind;
    S7Algorithm algorithm;
    int distance;   /* bits; 0 when exact */
    uint32_t frame; /* S7_FRAME: which picture of the entry's video, from 0 (s7_list_vpdq) */
} S7Match;

/* At most `capacity` matches go to ret_matches (exact before near, then by distance, list and
   entry); *ret_count gets the number of all there are, which may be more. */
S7_API S7Error s7_match(const S7Matcher *matcher, const S7Query *query, S7Match *ret_matches,
                        size_t capacity, size_t *ret_count) S7_MUST_CHECK;

/* A listed video or picture that a video is alike to. */
typedef struct S7VideoMatch {
    size_t size;               /* sizeof(S7VideoMatch), set by the caller */
    uint32_t list, entry;      /* as in S7Match */
    S7Algorithm algorithm;     /* S7_VPDQ: a listed video; S7_PDQ: a listed picture */
    int distance;              /* of the nearest picture */
    uint32_t pictures;         /* of the query that are near to the entry */
    int64_t first_ms, last_ms; /* times of the first and the last of them */
    S7VpdqShares shares;       /* S7_VPDQ only, as are the stretches */
    const S7VpdqSegment *segments;
    size_t segment_count;
} S7VideoMatch;

/* Which listed videos and pictures a video is alike to; its digests are asked for with s7_match.
   The near index finds the candidates, so that the time does not grow with the number of listed
   videos. rule NULL: the usual one. */
typedef struct S7VideoMatches S7VideoMatches;
S7_API S7Error s7_match_video(const S7Matcher *matcher, const S7VpdqFrame *frames, size_t count,
                              const S7VideoRule *rule, S7VideoMatches **ret) S7_MUST_CHECK;
S7_API void s7_video_matches_free(S7VideoMatches *matches);
/* Listed videos first, the greater share first; then listed pictures, nearest first. */
S7_API size_t s7_video_matches_count(const S7VideoMatches *matches);
/* S7_ERROR_NOT_FOUND behind the last. */
S7_API S7Error s7_video_matches_get(const S7VideoMatches *matches, size_t at,
                                    S7VideoMatch *io_match) S7_MUST_CHECK;
/* Percent of the query's pictures that are near to anything listed, be it of a video that is no
   match by itself. */
S7_API double s7_video_matches_share(const S7VideoMatches *matches);

/* ---- Near search over hashes that come and go --------------------------------------------------
 */

/* Hashes with ids 0, 1, 2… in the order of their adding, kept in a folder. Adding and removing
   count from the next search on, and are on the disk once s7_near_set_commit has returned; a
   process that is killed at any moment leaves a folder that opens with all that was committed. */
typedef struct S7NearSet S7NearSet;
/* Opens the folder's set, or makes an empty one in a folder whose parent exists. S7_ERROR_BUSY when
   another process has it open. */
S7_API S7Error s7_near_set_open(const char *folder, S7NearSet **ret) S7_MUST_CHECK;
S7_API void s7_near_set_free(S7NearSet *set); /* commits first */
/* *ret_first_id (may be NULL): the id of hashes[0]; the others follow. */
S7_API S7Error s7_near_set_add(S7NearSet *set, const S7Pdq *hashes, size_t count,
                               uint32_t *ret_first_id) S7_MUST_CHECK;
/* Removing what is removed already is no error; S7_ERROR_NOT_FOUND when there never was such an id.
 */
S7_API S7Error s7_near_set_remove(S7NearSet *set, uint32_t id) S7_MUST_CHECK;
S7_API S7Error s7_near_set_commit(S7NearSet *set) S7_MUST_CHECK;
/* Does one piece of the work that keeps searching fast (a segment from fresh hashes, a merge),
   beside searches and changes, from one thread at a time. *ret_did is 0 when nothing is due. Call
   it now and then, from a thread of its own in a program that adds much. */
S7_API S7Error s7_near_set_maintain(S7NearSet *set, int *ret_did) S7_MUST_CHECK;
S7_API uint64_t s7_near_set_count(S7NearSet *set); /* hashes that are not removed */

typedef struct S7NearHit {
    uint32_t id;
    int distance;
} S7NearHit;
/* All ids within radius (0–S7_RADIUS_MAX), nearest first, then by id; at most `capacity` of them go
   to ret_hits, and *ret_count gets the number of all. */
S7_API S7Error s7_near_set_search(S7NearSet *set, const S7Pdq *hash, int radius,
                                  S7NearHit *ret_hits, size_t capacity,
                                  size_t *ret_count) S7_MUST_CHECK;

/* ---- Stacks
 * --------------------------------------------------------------------------------------- */

/* Puts hashes, the best pictures first, into stacks that one look at the leader serves: what leads
   from one to the next in steps of at most `radius` bits, no farther than `reach` bits from the
   leader (radius ≤ reach ≤ S7_RADIUS_MAX). ret_leaders[i] is the position of i's leader, its own
   when it leads. Millions of hashes in minutes; about 250 bytes of memory each. */
S7_API S7Error s7_stacks(const S7Pdq *hashes, size_t count, int radius, int reach,
                         uint32_t *ret_leaders) S7_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
