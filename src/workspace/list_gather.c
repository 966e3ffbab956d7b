// Opens inputs, looks through compression and archives by way of the confined worker, and adds what
// the format readers give.
#include "workspace/list_gather.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "media/type.h"
#include "workspace/limits.h"
#include "workspace/spool.h"

// One input on its way: a file, or a member of one.
typedef struct Input {
    const char *path; // of the file, for messages
    Str name;         // as recorded
    int fd;           // seekable and of the same bytes, or -1
    uint64_t size;    // of the file on disk, for the progress
    int file;         // the descriptor of the file on disk
    int depth;        // archives inside one another
} Input;

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

Err list_gather_begin(ListGather *gather, Diag *diag) {
    return list_builder_new(&gather->builder) == ERR_OK ? ERR_OK : no_memory(diag);
}

void list_gather_done(ListGather *gather) {
    list_builder_free(gather->builder);
    media_client_free(gather->client);
    list_sources_done(&gather->sources);
    for (size_t i = 0; i < gather->passed_over.len; i++)
        free(gather->passed_over.items[i]);
    vec_done(&gather->passed_over);
    *gather = (ListGather){0};
}

static void show_progress(const ListGather *gather, const Input *input) {
    off_t at = lseek(input->file, 0, SEEK_CUR);
    if (at > 0)
        progress_update(gather->progress, at, (int64_t)input->size);
}

static Err add_entry(ListGather *gather, const ListEntry *entry, Diag *diag) {
    ListEntry copy = *entry;
    if (gather->drops_locations) {
        copy.locations = NULL;
        copy.location_count = 0;
    }
    return list_builder_add(gather->builder, &copy, diag);
}

static Err keep_report(ListGather *gather, const Input *input, const char *format,
                       const FormatReport *report, Diag *diag) {
    return list_sources_add(&gather->sources, input->name, str_from(format), report)
               ? ERR_OK
               : no_memory(diag);
}

// A list in one of the field's formats, from a stream (and, for SQLite, the descriptor).
static Err gather_stream(ListGather *gather, const Input *input, ByteSource *bytes, Diag *diag) {
    FormatInput format = {.source = bytes,
                          .fd = input->fd,
                          .path = input->path,
                          .scheme = gather->scheme,
                          .scheme_version = gather->scheme_version};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    TRY(format_open(&format, &reader, diag));
    if (gather->sources.len > 0)
        list_builder_next_source(gather->builder);
    for (uint64_t count = 0;; count++) {
        ListEntry entry;
        bool has = false;
        TRY(format_next(reader, &entry, &has, diag));
        if (!has)
            break;
        TRY(add_entry(gather, &entry, diag));
        if (count % GATHER_PROGRESS_STEP == 0)
            show_progress(gather, input);
    }
    const FormatReport *report = format_report(reader);
    return keep_report(gather, input, format_name(report->kind), report, diag);
}

// A list file of our own: its entries are taken over as they are.
static Err gather_list(ListGather *gather, const Input *input, Diag *diag) {
    _cleanup_(list_freep) List *list = NULL;
    _cleanup_(arena_freep) Arena *scratch = arena_new(GATHER_ENTRY_MEMORY);
    FormatReport report = {0};
    if (scratch == NULL)
        return no_memory(diag);
    TRY(list_open(input->path, &list, diag));
    TRY(list_check(list, diag));
    if (gather->sources.len > 0)
        list_builder_next_source(gather->builder);
    for (uint32_t i = 0; i < list_count(list); i++) {
        ListEntry entry;
        arena_reset(scratch);
        TRY(list_entry(list, i, scratch, &entry, diag));
        if (gather->scheme.len > 0) {
            entry.scheme = gather->scheme;
            entry.scheme_version = gather->scheme_version;
        }
        TRY(add_entry(gather, &entry, diag));
        report.records++;
        report.accepted++;
    }
    return keep_report(gather, input, "s7list", &report, diag);
}

static Err gather_input(ListGather *gather, const Input *input, Diag *diag);

// The bytes of the present member, the first of which were already looked at.
typedef struct MemberSource {
    ByteSource source;
    MediaUnpack *unpack;
    const ListGather *gather;
    const Input *outer;
    char head[MEDIA_TYPE_WINDOW];
    size_t head_len, head_at;
} MemberSource;

static Err member_pull(MemberSource *self, void *ret_bytes, size_t capacity, size_t *ret_n,
                       Diag *diag) {
    Err err = media_unpack_read(self->unpack, ret_bytes, capacity, ret_n, diag);
    // "Unsupported" is kept for what is no list: a member that cannot be read must not pass for
    // one.
    if (err == ERR_UNSUPPORTED)
        err = ERR_CORRUPT;
    return err;
}

static Err member_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                       Diag *diag) {
    MemberSource *self = (MemberSource *)(void *)source;
    size_t n = self->head_len - self->head_at;
    if (n > 0) {
        n = n < capacity ? n : capacity;
        memcpy(ret_bytes, self->head + self->head_at, n);
        self->head_at += n;
    } else {
        TRY(member_pull(self, ret_bytes, capacity, &n, diag));
        show_progress(self->gather, self->outer);
    }
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

static Err member_head(MemberSource *self, Diag *diag) {
    size_t n = 1;
    while (self->head_len < sizeof self->head && n > 0) {
        TRY(member_pull(self, self->head + self->head_len, sizeof self->head - self->head_len, &n,
                        diag));
        self->head_len += n;
    }
    return ERR_OK;
}

// What must be read from anywhere, not only forward: databases, and archives inside archives.
static bool needs_spool(Str head) {
    MediaType type = media_type_of(head);
    return type.class == MEDIA_CLASS_ARCHIVE || type.class == MEDIA_CLASS_COMPRESSED ||
           str_has_prefix(head, STR("SQLite format 3"));
}

static Err gather_member(ListGather *gather, const Input *outer, MediaUnpack *unpack, Str name,
                         Diag *diag) {
    _cleanup_free_ MemberSource *member = calloc(1, sizeof *member);
    _cleanup_close_ int spooled = -1;
    if (member == NULL)
        return no_memory(diag);
    *member = (MemberSource){.source = {.read = member_read, .name = name},
                             .unpack = unpack,
                             .gather = gather,
                             .outer = outer};
    TRY(member_head(member, diag));
    Input input = *outer;
    input.name = name;
    input.fd = -1;
    input.depth++;
    if (!needs_spool(str_of(member->head, member->head_len)))
        return gather_stream(gather, &input, &member->source, diag);
    if (input.depth >= GATHER_DEPTH_MAX)
        return diag_set(diag, ERR_UNSUPPORTED, N_("{file} holds archives in too many layers."));
    TRY(spool_bytes(&member->source, &spooled, diag));
    input.fd = spooled;
    return gather_input(gather, &input, diag);
}

// "file!/member", or the file's own name for the one stream of a compressed file.
static Err member_name(const Input *input, const MediaMember *member, bool is_archive,
                       StrBuf *out) {
    strbuf_put(out, input->name);
    if (is_archive) {
        strbuf_put_text(out, "!/");
        strbuf_put(out, member->path);
    }
    return strbuf_err(out);
}

static Err gather_members(ListGather *gather, const Input *input, bool is_archive, Diag *diag) {
    _cleanup_(media_unpack_freep) MediaUnpack *unpack = NULL;
    size_t before = gather->sources.len;
    if (gather->client == NULL)
        TRY(media_client_new(&(MediaOptions){0}, &gather->client, diag));
    TRY(media_unpack_open(gather->client, input->fd, &unpack, diag));
    for (;;) {
        MediaMember member;
        bool has = false;
        _cleanup_strbuf_ StrBuf name = STRBUF(GATHER_NAME_MAX);
        TRY(media_unpack_next(unpack, &member, &has, diag));
        if (!has)
            break;
        if (member_name(input, &member, is_archive, &name) != ERR_OK)
            return no_memory(diag);
        if (member.is_encrypted) {
            return diag_set(diag, ERR_UNSUPPORTED,
                            N_("{file} is encrypted. Unpack it first and give what was in it."));
        }
        Err err = gather_member(gather, input, unpack, strbuf_str(&name), diag);
        if (err != ERR_OK && err != ERR_UNSUPPORTED)
            return err;
        if (err == ERR_UNSUPPORTED) {
            char *copy = strndup(name.ptr, name.len);
            if (copy == NULL || !vec_push(&gather->passed_over, copy)) {
                free(copy);
                return no_memory(diag);
            }
        }
    }
    if (gather->sources.len > before)
        return ERR_OK;
    return diag_set(diag, ERR_UNSUPPORTED, N_("{file} holds no hash list that Seventh reads."));
}

static Err gather_input(ListGather *gather, const Input *input, Diag *diag) {
    char head[MEDIA_TYPE_WINDOW];
    ssize_t n = pread(input->fd, head, sizeof head, 0);
    MediaType type = media_type_of(str_of(head, n > 0 ? (size_t)n : 0));
    if (type.class == MEDIA_CLASS_ARCHIVE || type.class == MEDIA_CLASS_COMPRESSED)
        return gather_members(gather, input, type.class == MEDIA_CLASS_ARCHIVE, diag);
    FdSource source;
    fd_source_init(&source, input->fd, str_from(input->path));
    return gather_stream(gather, input, &source.source, diag);
}

Err list_gather_file(ListGather *gather, const char *path, Diag *diag) {
    _cleanup_close_ int fd = -1;
    struct stat status;
    const char *slash = strrchr(path, '/');
    Str name = str_from(slash == NULL ? path : slash + 1);
    TRY(file_open_read(path, &fd, diag));
    if (fstat(fd, &status) != 0)
        return diag_errno(diag, errno, path);
    Input input = {
        .path = path, .name = name, .fd = fd, .file = fd, .size = (uint64_t)status.st_size};
    Err err;
    if (S_ISDIR(status.st_mode)) {
        err = diag_set(diag, ERR_UNSUPPORTED,
                       N_("{file} is a folder. Give the hash lists in it one by one."));
    } else if (!S_ISREG(status.st_mode)) {
        FdSource source;
        fd_source_init(&source, fd, str_from(path));
        input.fd = -1;
        err = gather_stream(gather, &input, &source.source, diag);
    } else if (list_is_at(path)) {
        err = gather_list(gather, &input, diag);
    } else {
        err = gather_input(gather, &input, diag);
    }
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}
