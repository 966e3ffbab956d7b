// Archives by libarchive, as a stream of frames. Formats and filters are named one by one, none of
// which runs another program; a single compressed stream counts as an archive of one member.
#include "media/worker/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "media/limits.h"

enum { READ_BLOCK = 128 << 10, ZERO_BLOCK = 16 << 10 };

typedef struct Unpacking {
    int input, output;
    int64_t at, size; // of the input, by pread, so that its position is nobody else's business
    const WireRequest *limits;
    struct archive *archive;
    uint64_t total; // bytes given out
    bool is_unread; // nobody reads any more
    bool has_limit; // the output limit was reached
    uint8_t block[READ_BLOCK];
} Unpacking;

static la_ssize_t on_read(struct archive *archive, void *context, const void **ret_bytes) {
    Unpacking *u = context;
    ssize_t n;
    do
        n = pread(u->input, u->block, sizeof u->block, u->at);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        archive_set_error(archive, errno, "read");
        return ARCHIVE_FATAL;
    }
    u->at += n;
    *ret_bytes = u->block;
    return n;
}

static la_int64_t on_seek(struct archive *archive, void *context, la_int64_t offset, int whence) {
    (void)archive;
    Unpacking *u = context;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? u->at : u->size, at;
    if (__builtin_add_overflow(base, offset, &at) || at < 0)
        return ARCHIVE_FATAL;
    u->at = at > u->size ? u->size : at;
    return u->at;
}

static la_int64_t on_skip(struct archive *archive, void *context, la_int64_t count) {
    (void)archive;
    Unpacking *u = context;
    if (count <= 0 || u->at >= u->size)
        return 0;
    int64_t skipped = count > u->size - u->at ? u->size - u->at : count;
    u->at += skipped;
    return skipped;
}

static void put_frame(Unpacking *u, WireFrameKind kind, const void *head, size_t head_length,
                      const void *tail, size_t tail_length) {
    WireFrame frame = {.kind = kind, .length = (uint32_t)(head_length + tail_length)};
    if (u->is_unread || fd_write_all(u->output, &frame, sizeof frame, NULL) != ERR_OK ||
        fd_write_all(u->output, head, head_length, NULL) != ERR_OK ||
        fd_write_all(u->output, tail, tail_length, NULL) != ERR_OK)
        u->is_unread = true;
}

static void put_end(Unpacking *u, WireFrameKind kind, Err err, WireMessage message) {
    WireFailure failure = {
        .err = err,
        .message = message,
        .offset = err == ERR_OK ? -1 : u->at,
    };
    put_frame(u, kind, &failure, sizeof failure, "", 0);
}

// Data in frames, up to the limit.
static void put_data(Unpacking *u, const uint8_t *bytes, size_t n) {
    if (n > u->limits->output_max - u->total) {
        u->has_limit = true;
        n = (size_t)(u->limits->output_max - u->total);
    }
    u->total += n;
    while (n > 0 && !u->is_unread) {
        size_t part = n < MEDIA_FRAME_MAX ? n : MEDIA_FRAME_MAX;
        put_frame(u, WIRE_FRAME_DATA, bytes, part, "", 0);
        bytes += part;
        n -= part;
    }
}

static bool is_stopped(const Unpacking *u) {
    return u->is_unread || u->has_limit;
}

// UTF-8 with everything escaped that is not, or that is not for showing.
static void put_name(StrBuf *name, Str raw) {
    for (size_t at = 0; at < raw.len && name->len + 16 < MEDIA_MEMBER_PATH_MAX;) {
        size_t start = at;
        uint32_t c = utf8_next(raw, &at);
        Str piece = str_of(raw.ptr + start, at - start);
        if (wire_text_is_printable(piece))
            strbuf_put(name, piece);
        else if (piece.len == 1)
            strbuf_printf(name, "\\x%02X", (unsigned)(uint8_t)piece.ptr[0]);
        else
            strbuf_printf(name, "\\u{%04X}", (unsigned)c);
    }
    if (name->len == 0)
        strbuf_put_byte(name, '_');
}

static bool is_member(struct archive_entry *entry) {
    // Some formats keep permissions without a kind (0): files, unless the name says a folder.
    const char *path = archive_entry_pathname(entry);
    unsigned kind = archive_entry_filetype(entry);
    if (kind != AE_IFREG && (kind != 0 || str_has_suffix(str_from(path), STR("/"))))
        return false;
    // A hard link repeats a member that was already given.
    return archive_entry_hardlink(entry) == NULL || archive_entry_size(entry) > 0;
}

static void put_member(Unpacking *u, struct archive_entry *entry) {
    _cleanup_strbuf_ StrBuf name = STRBUF(MEDIA_MEMBER_PATH_MAX);
    const char *utf8 = archive_entry_pathname_utf8(entry);
    put_name(&name, str_from(utf8 != NULL ? utf8 : archive_entry_pathname(entry)));
    WireMember member = {.path_length = (uint32_t)name.len};
    if (archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0)
        member.size = (uint64_t)archive_entry_size(entry);
    else
        member.flags |= WIRE_MEMBER_SIZE_UNKNOWN;
    if (archive_entry_is_encrypted(entry))
        member.flags |= WIRE_MEMBER_ENCRYPTED;
    put_frame(u, WIRE_FRAME_MEMBER, &member, sizeof member, strbuf_text(&name), name.len);
}

static Err damage(const Unpacking *u, WireMessage *ret_message) {
    if (archive_errno(u->archive) == ENOMEM) {
        *ret_message = WIRE_SAYS_MEMORY;
        return ERR_LIMIT;
    }
    // The library has one number for what is damaged and for what it cannot do; only its words
    // differ ("Unsupported ZIP compression method").
    const char *words = archive_error_string(u->archive);
    if (words != NULL && strstr(words, "nsupported") != NULL) {
        *ret_message = WIRE_SAYS_ARCHIVE_VARIANT;
        return ERR_UNSUPPORTED;
    }
    *ret_message = WIRE_SAYS_ARCHIVE_DAMAGED;
    return ERR_CORRUPT;
}

// Gives the present member's bytes; holes of sparse files become zeros. False when the archive
// cannot be read any further.
static bool put_content(Unpacking *u, struct archive_entry *entry) {
    static const uint8_t ZEROS[ZERO_BLOCK];
    int64_t at = 0;
    for (;;) {
        const void *bytes;
        size_t n;
        la_int64_t offset;
        int code = archive_read_data_block(u->archive, &bytes, &n, &offset);
        bool is_end = code == ARCHIVE_EOF;
        if (is_end) {
            n = 0;
            offset = archive_entry_sparse_count(entry) > 0 ? archive_entry_size(entry) : at;
        } else if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            WireMessage message;
            Err err = damage(u, &message);
            put_end(u, WIRE_FRAME_MEMBER_END, err, message);
            return code != ARCHIVE_FATAL;
        }
        while (at < offset && !is_stopped(u)) {
            size_t part = offset - at < ZERO_BLOCK ? (size_t)(offset - at) : ZERO_BLOCK;
            put_data(u, ZEROS, part);
            at += (int64_t)part;
        }
        put_data(u, bytes, n);
        at += (int64_t)n;
        if (u->has_limit) {
            put_end(u, WIRE_FRAME_MEMBER_END, ERR_LIMIT, WIRE_SAYS_ARCHIVE_OUTPUT);
            return true;
        }
        if (is_end || u->is_unread) {
            put_end(u, WIRE_FRAME_MEMBER_END, ERR_OK, WIRE_SAYS_NOTHING);
            return true;
        }
    }
}

static bool archive_prepare(struct archive *archive) {
    int (*const ENABLE[])(struct archive *) = {
        archive_read_support_filter_gzip,  archive_read_support_filter_bzip2,
        archive_read_support_filter_xz,    archive_read_support_filter_lzma,
        archive_read_support_filter_lzip,  archive_read_support_filter_zstd,
        archive_read_support_filter_lz4,   archive_read_support_filter_compress,
        archive_read_support_format_zip,   archive_read_support_format_tar,
        archive_read_support_format_7zip,  archive_read_support_format_rar,
        archive_read_support_format_rar5,  archive_read_support_format_iso9660,
        archive_read_support_format_cpio,  archive_read_support_format_cab,
        archive_read_support_format_ar,    archive_read_support_format_raw,
        archive_read_support_format_empty,
    };
    for (size_t i = 0; i < sizeof ENABLE / sizeof ENABLE[0]; i++)
        if (ENABLE[i](archive) == ARCHIVE_FATAL)
            return false;
    return true;
}

// Bytes that fit no format and no filter come out of the raw format as they are.
static bool is_no_archive(struct archive *archive) {
    return archive_format(archive) == ARCHIVE_FORMAT_RAW && archive_filter_count(archive) <= 1;
}

static void unpack_members(Unpacking *u) {
    uint32_t members = 0;
    Err trouble = ERR_OK; // with members that could not even be named
    WireMessage trouble_message = WIRE_SAYS_NOTHING;
    for (;;) {
        struct archive_entry *entry;
        int code = archive_read_next_header(u->archive, &entry);
        if (code == ARCHIVE_EOF) {
            put_end(u, WIRE_FRAME_END, trouble, trouble_message);
            return;
        }
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            trouble = damage(u, &trouble_message);
            if (archive_read_has_encrypted_entries(u->archive) > 0) {
                trouble = ERR_UNSUPPORTED;
                trouble_message = WIRE_SAYS_ARCHIVE_ENCRYPTED;
            }
            // A member that is given up leaves the next ones readable.
            if (code != ARCHIVE_FATAL && ++members <= u->limits->members_max)
                continue;
            put_end(u, WIRE_FRAME_END, trouble, trouble_message);
            return;
        }
        if (is_no_archive(u->archive)) {
            put_end(u, WIRE_FRAME_END, ERR_UNSUPPORTED, WIRE_SAYS_NO_ARCHIVE);
            return;
        }
        if (!is_member(entry))
            continue;
        if (++members > u->limits->members_max) {
            put_end(u, WIRE_FRAME_END, ERR_LIMIT, WIRE_SAYS_ARCHIVE_MEMBERS);
            return;
        }
        put_member(u, entry);
        bool may_go_on = true;
        if (archive_entry_is_data_encrypted(entry))
            put_end(u, WIRE_FRAME_MEMBER_END, ERR_UNSUPPORTED, WIRE_SAYS_ARCHIVE_ENCRYPTED);
        else
            may_go_on = put_content(u, entry);
        if (!may_go_on)
            put_end(u, WIRE_FRAME_END, ERR_CORRUPT, WIRE_SAYS_ARCHIVE_DAMAGED);
        else if (u->has_limit)
            put_end(u, WIRE_FRAME_END, ERR_LIMIT, WIRE_SAYS_ARCHIVE_OUTPUT);
        if (!may_go_on || is_stopped(u))
            return;
    }
}

void archive_unpack(int input, int output, const WireRequest *limits) {
    static Unpacking u;
    u = (Unpacking){.input = input, .output = output, .limits = limits};
    u.size = lseek(input, 0, SEEK_END);
    u.archive = archive_read_new();
    if (u.archive == NULL || !archive_prepare(u.archive)) {
        put_end(&u, WIRE_FRAME_END, ERR_LIMIT, WIRE_SAYS_MEMORY);
        return;
    }
    archive_read_set_read_callback(u.archive, on_read);
    archive_read_set_seek_callback(u.archive, on_seek);
    archive_read_set_skip_callback(u.archive, on_skip);
    archive_read_set_callback_data(u.archive, &u);
    if (archive_read_open1(u.archive) == ARCHIVE_OK) {
        unpack_members(&u);
    } else {
        WireMessage message;
        Err err = damage(&u, &message);
        put_end(&u, WIRE_FRAME_END, err, message);
    }
    archive_read_free(u.archive);
}
