// Members of an archive as a FileSource: naming, limits, holding in memory.
#include "scan/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/file.h"
#include "scan/limits.h"

typedef struct ArchiveSource {
    FileSource source;
    MediaUnpack *unpack;
    UnpackBudget *budget;
    InspectPool *pool;
    StrBuf path;
    size_t prefix_len;
    DigestStream *digests;
    uint8_t *buffer;
    Err failed; // sticky: a limit was passed inside a member
    Diag failure;
} ArchiveSource;

static void archive_source_free(FileSource *source) {
    ArchiveSource *archive = (ArchiveSource *)source;
    media_unpack_free(archive->unpack);
    digest_stream_free(archive->digests);
    strbuf_done(&archive->path);
    free(archive->buffer);
    free(archive);
}

// Real evidence unpacks to many times its size only while it is small; a bomb goes on.
static Err check_budget(ArchiveSource *archive, Diag *diag) {
    const UnpackBudget *budget = archive->budget;
    if (budget->members > SCAN_ARCHIVE_MEMBERS_MAX)
        return diag_set(diag, ERR_LIMIT,
                        N_("{file} holds too many files; the rest of it was not seen."));
    if (budget->unpacked > SCAN_ARCHIVE_TOTAL_MAX ||
        (budget->unpacked > SCAN_ARCHIVE_FREE_BYTES &&
         budget->unpacked / SCAN_ARCHIVE_RATIO_MAX > budget->packed))
        return diag_set(diag, ERR_LIMIT,
                        N_("{file} unpacks to far more than its own size, as archives made to "
                           "exhaust a program do; the rest of it was not seen."));
    return ERR_OK;
}

static Err archive_next(FileSource *source, SourceEntry *ret, bool *ret_has, Diag *diag) {
    ArchiveSource *archive = (ArchiveSource *)source;
    if (archive->failed == ERR_OK)
        archive->failed = check_budget(archive, &archive->failure);
    if (archive->failed != ERR_OK) {
        if (diag != NULL)
            *diag = archive->failure;
        return archive->failed;
    }
    MediaMember member;
    TRY(media_unpack_next(archive->unpack, &member, ret_has, diag));
    if (!*ret_has)
        return ERR_OK;
    archive->budget->members++;
    strbuf_truncate(&archive->path, archive->prefix_len);
    size_t room = SCAN_PATH_MAX - archive->prefix_len;
    strbuf_put(&archive->path,
               str_of(member.path.ptr, member.path.len < room ? member.path.len : room));
    if (strbuf_err(&archive->path) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *ret = (SourceEntry){.kind = SOURCE_FILE,
                         .path = strbuf_str(&archive->path),
                         .size = member.size,
                         .is_encrypted = member.is_encrypted};
    return ERR_OK;
}

// The next bytes of the member, counted. A passed limit ends the whole archive.
static Err read_member(ArchiveSource *archive, size_t capacity, size_t *ret_n, Diag *diag) {
    TRY(media_unpack_read(archive->unpack, archive->buffer, capacity, ret_n, diag));
    archive->budget->unpacked += *ret_n;
    archive->failed = check_budget(archive, &archive->failure);
    if (archive->failed != ERR_OK && diag != NULL)
        *diag = archive->failure;
    return archive->failed;
}

// Fills the buffer as far as the member goes.
static Err read_head(ArchiveSource *archive, size_t *ret_n, Diag *diag) {
    size_t have = 0;
    uint8_t *buffer = archive->buffer;
    Err err = ERR_OK;
    while (have < SCAN_HEAD_BYTES) {
        size_t n = 0;
        archive->buffer = buffer + have;
        err = read_member(archive, SCAN_HEAD_BYTES - have, &n, diag);
        if (err != ERR_OK || n == 0)
            break;
        have += n;
    }
    archive->buffer = buffer;
    *ret_n = have;
    return err;
}

static uint64_t ceiling_of(const ArchiveSource *archive, MediaClass class) {
    switch (class) {
    case MEDIA_CLASS_IMAGE:
    case MEDIA_CLASS_VIDEO:
        return SCAN_MEMBER_PICTURE_BYTES;
    case MEDIA_CLASS_ARCHIVE:
    case MEDIA_CLASS_COMPRESSED:
        return archive->budget->open < SCAN_MEMBER_ARCHIVE_BYTES
                   ? SCAN_MEMBER_ARCHIVE_BYTES - archive->budget->open
                   : 0;
    default:
        return SCAN_MEMBER_SPOOL_BYTES;
    }
}

// What was held so far goes through the digests, then all that follows.
static Err digest_rest(ArchiveSource *archive, int fd, size_t n, SourceContent *io, Diag *diag) {
    uint8_t *held = mmap(NULL, io->size == 0 ? 1 : io->size, PROT_READ, MAP_SHARED, fd, 0);
    if (held == MAP_FAILED)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    digest_stream_put(archive->digests, held, io->size);
    munmap(held, io->size == 0 ? 1 : io->size);
    while (n > 0) {
        digest_stream_put(archive->digests, archive->buffer, n);
        io->size += n;
        TRY(read_member(archive, SCAN_READ_BYTES, &n, diag));
    }
    return ERR_OK;
}

// Copies the member into memory; *io_held follows what the pool was told.
static Err hold(ArchiveSource *archive, int fd, size_t head, bool is_archive, SourceContent *io,
                bool *ret_is_whole, Diag *diag) {
    uint64_t ceiling = ceiling_of(archive, io->type.class);
    size_t n = head;
    *ret_is_whole = false;
    while (n > 0) {
        if (io->size + n > ceiling)
            return digest_rest(archive, fd, n, io, diag);
        // Archives count in the budget of the archives open inside one another instead.
        while (!is_archive && io->held < io->size + n) {
            inspect_pool_reserve(archive->pool, SCAN_SPOOL_STEP);
            io->held += SCAN_SPOOL_STEP;
        }
        TRY(fd_write_all(fd, archive->buffer, n, diag));
        io->size += n;
        TRY(read_member(archive, SCAN_READ_BYTES, &n, diag));
    }
    *ret_is_whole = true;
    return ERR_OK;
}

static Err archive_open(FileSource *source, SourceContent *ret, Diag *diag) {
    ArchiveSource *archive = (ArchiveSource *)source;
    SourceContent content = {.fd = -1};
    size_t head = 0;
    Digests digests;
    TRY(read_head(archive, &head, diag));
    content.type = media_type_of(str_of(archive->buffer, head));
    bool is_archive =
        content.type.class == MEDIA_CLASS_ARCHIVE || content.type.class == MEDIA_CLASS_COMPRESSED;
    _cleanup_close_ int fd = memfd_create("member", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return diag_errno(diag, errno, "");
    bool is_whole;
    Err err = hold(archive, fd, head, is_archive, &content, &is_whole, diag);
    Err finished = digest_stream_finish(archive->digests, &digests);
    if (err == ERR_OK && finished != ERR_OK)
        err = diag_set(diag, finished, N_("The digests of {file} could not be computed."));
    if (err != ERR_OK || !is_whole) {
        inspect_pool_release(archive->pool, content.held);
        content.held = 0;
    }
    if (err != ERR_OK)
        return err;
    if (!is_whole) {
        content.digests = digests;
    } else {
        // Sealed, so that neither we nor a decoder can change it while the other reads.
        if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
            inspect_pool_release(archive->pool, content.held);
            return diag_errno(diag, errno, "");
        }
        content.fd = TAKE_FD(fd);
    }
    *ret = content;
    return ERR_OK;
}

Err archive_source_new(MediaClient *client, int fd, Str path, UnpackBudget *budget,
                       InspectPool *pool, FileSource **ret, Diag *diag) {
    ArchiveSource *archive = calloc(1, sizeof *archive);
    if (archive == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    archive->source = (FileSource){archive_next, archive_open, archive_source_free};
    archive->budget = budget;
    archive->pool = pool;
    archive->path = STRBUF(SCAN_PATH_MAX);
    strbuf_put(&archive->path, path);
    strbuf_put_text(&archive->path, "!/");
    archive->prefix_len = archive->path.len;
    archive->buffer = malloc(SCAN_READ_BYTES);
    Err err = archive->buffer == NULL ? ERR_NOMEM : strbuf_err(&archive->path);
    if (err == ERR_OK)
        err = digest_stream_new((1u << DIGEST_KINDS) - 1, &archive->digests);
    if (err != ERR_OK)
        diag_set(diag, err, N_("There is not enough memory to unpack {file}."));
    else
        err = media_unpack_open(client, fd, &archive->unpack, diag);
    if (err != ERR_OK) {
        archive_source_free(&archive->source);
        return err;
    }
    *ret = &archive->source;
    return ERR_OK;
}
