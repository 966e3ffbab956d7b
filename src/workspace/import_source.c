// Lists and cases through format/, scan results through the JSON reader.
#include "workspace/import_source.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "format/reader.h"
#include "workspace/scan_reader.h"

enum { PATHS_MAX = RECORDS_LOCATIONS_MAX, LOOK_BYTES = 256, VICS_FLAGS = 5 };

struct ImportSource {
    int fd;
    Str name;
    ImportCounts *counts;
    FdSource bytes;
    bool is_scan, is_begun;
    FormatReader *reader;
    ScanReader *scan;
    Str paths[PATHS_MAX];
    DraftFlag flags[VICS_FLAGS];
};

Err import_source_new(int fd, Str name, ImportCounts *io_counts, ImportSource **ret, Diag *diag) {
    ImportSource _cleanup_(import_source_freep) *source = calloc(1, sizeof *source);
    char look[LOOK_BYTES];
    if (source == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    *source = (ImportSource){.fd = fd, .name = name, .counts = io_counts};
    ssize_t n = pread(fd, look, sizeof look, 0);
    if (n < 0)
        return diag_errno(diag, errno, NULL);
    source->is_scan = scan_reader_fits(str_of(look, (size_t)n));
    *ret = TAKE(source);
    return ERR_OK;
}

void import_source_free(ImportSource *source) {
    if (source == NULL)
        return;
    format_free(source->reader);
    scan_reader_free(source->scan);
    free(source);
}

static Err source_rewind(void *context, Diag *diag) {
    ImportSource *source = context;
    format_free(source->reader);
    scan_reader_free(source->scan);
    source->reader = NULL;
    source->scan = NULL;
    source->is_begun = false;
    atomic_store(&source->counts->records, 0);
    atomic_store(&source->counts->rejected, 0);
    if (lseek(source->fd, 0, SEEK_SET) != 0)
        return diag_errno(diag, errno, NULL);
    return ERR_OK;
}

static Err source_begin(ImportSource *source, Diag *diag) {
    if (source->is_begun)
        return ERR_OK;
    fd_source_init(&source->bytes, source->fd, source->name);
    if (source->is_scan) {
        TRY(scan_reader_new(&source->bytes.source, &source->scan, diag));
    } else {
        FormatInput input = {.source = &source->bytes.source, .fd = -1, .path = NULL};
        TRY(format_open(&input, &source->reader, diag));
    }
    source->is_begun = true;
    return ERR_OK;
}

static void digests_take(ItemDraft *draft, const ListEntry *entry) {
    Digests *digests = &draft->digests;
    if ((entry->has & ENTRY_MD5) != 0) {
        digests->has |= 1u << DIGEST_MD5;
        memcpy(digests->md5, entry->md5, MD5_BYTES);
    }
    if ((entry->has & ENTRY_SHA1) != 0) {
        digests->has |= 1u << DIGEST_SHA1;
        memcpy(digests->sha1, entry->sha1, SHA1_BYTES);
    }
    if ((entry->has & ENTRY_SHA256) != 0) {
        digests->has |= 1u << DIGEST_SHA256;
        memcpy(digests->sha256, entry->sha256, SHA256_BYTES);
    }
}

static void flags_take(ImportSource *source, ItemDraft *draft, const ListEntry *entry) {
    const struct {
        const char *flag;
        Tri value;
    } said[VICS_FLAGS] = {{"victim-identified", entry->victim_identified},
                          {"offender-identified", entry->offender_identified},
                          {"distributed", entry->is_distributed},
                          {"suspected", entry->is_suspected},
                          {"self-generated", entry->is_self_generated}};
    for (int i = 0; i < VICS_FLAGS; i++)
        if (said[i].value != TRI_UNKNOWN)
            source->flags[draft->flag_count++] =
                (DraftFlag){str_from(said[i].flag), said[i].value == TRI_YES};
    draft->flags = source->flags;
}

static void entry_take(ImportSource *source, const ListEntry *entry, ItemDraft *ret) {
    *ret = (ItemDraft){.pdq_quality = -1,
                       .size = (entry->has & ENTRY_SIZE) != 0 && entry->size <= INT64_MAX
                                   ? (int64_t)entry->size
                                   : -1,
                       .width = -1,
                       .height = -1,
                       .frames = -1,
                       .media_type = entry->media_type,
                       .class = (entry->has & ENTRY_KNOWN_GOOD) != 0 ? ITEM_KNOWN_GOOD
                                : entry->category.len > 0            ? ITEM_KNOWN
                                                                     : ITEM_UNKNOWN};
    if (entry->category.len > 0)
        ret->claimed = (Category){entry->scheme, entry->scheme_version, entry->category};
    digests_take(ret, entry);
    if ((entry->has & ENTRY_PDQ) != 0) {
        ret->has_pdq = true;
        ret->pdq = entry->pdq;
        ret->pdq_quality = entry->pdq_quality == PDQ_QUALITY_UNKNOWN ? -1 : (int)entry->pdq_quality;
    }
    if ((entry->has & ENTRY_DIMENSIONS) != 0) {
        ret->width = entry->width;
        ret->height = entry->height;
    }
    for (size_t i = 0; i < entry->location_count && ret->path_count < PATHS_MAX; i++) {
        const EntryLocation *place = &entry->locations[i];
        source->paths[ret->path_count++] = place->path.len > 0 ? place->path : place->name;
    }
    ret->paths = source->paths;
    flags_take(source, ret, entry);
}

static Err source_next(void *context, ItemDraft *ret, bool *ret_has, Diag *diag) {
    ImportSource *source = context;
    TRY(source_begin(source, diag));
    if (source->is_scan) {
        TRY(scan_reader_next(source->scan, ret, ret_has, diag));
    } else {
        ListEntry entry;
        uint64_t rejected = 0;
        TRY(format_next(source->reader, &entry, ret_has, diag));
        if (*ret_has)
            entry_take(source, &entry, ret);
        const FormatReport *report = format_report(source->reader);
        for (int i = 0; i < REJECT_REASON_COUNT; i++)
            rejected += report->rejected[i];
        atomic_store(&source->counts->rejected, rejected);
    }
    if (*ret_has)
        atomic_fetch_add(&source->counts->records, 1);
    atomic_store(&source->counts->bytes, source->bytes.source.offset);
    return ERR_OK;
}

ItemStream import_source_stream(ImportSource *source) {
    return (ItemStream){.rewind = source_rewind,
                        .next = source_next,
                        .context = source,
                        .kind = source->is_scan ? STR("scan") : STR("list")};
}
