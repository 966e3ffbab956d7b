// Files of items: recognised, and read through the format readers; scans are scan_items.c's.
#include "records/item_file.h"

#include <unistd.h>

#include "base/source.h"
#include "format/reader.h"
#include "records/scan_items.h"

enum { ITEM_MEMORY = 16 << 20 };

struct ItemFile {
    int fd;
    bool is_scan;
    char kind[RECORDS_WORD_MAX + 1];
    FdSource source;
    ScanItems scan;
    FormatReader *reader;
    Arena *memory; // of one record
    DraftFlag flags[RECORDS_FLAGS_MAX];
};

static Err begin(ItemFile *file, Diag *diag) {
    if (lseek(file->fd, 0, SEEK_SET) != 0)
        return diag_set(diag, ERR_IO, N_("The file cannot be read from its beginning."));
    fd_source_init(&file->source, file->fd, (Str){0});
    if (file->is_scan)
        return scan_items_begin(&file->scan, &file->source.source, diag);
    format_free(file->reader);
    file->reader = NULL;
    FormatInput input = {.source = &file->source.source, .fd = file->fd, .path = ""};
    return format_open(&input, &file->reader, diag);
}

static Err rewind_file(void *context, Diag *diag) {
    return begin(context, diag);
}

// --- Entries of lists and cases ---------------------------------------------------------------

// "folder" and "a.jpg" are one path; a path that ends with the name is whole already.
static Str path_of(ItemFile *file, const EntryLocation *at) {
    if (at->path.len == 0 || str_has_suffix(at->path, at->name))
        return at->path.len == 0 ? at->name : at->path;
    char last = at->path.ptr[at->path.len - 1];
    bool has_slash = last == '/' || last == '\\';
    char *text = arena_alloc(file->memory, at->path.len + 1 + at->name.len);
    if (text == NULL)
        return (Str){0};
    memcpy(text, at->path.ptr, at->path.len);
    if (!has_slash)
        text[at->path.len] = '/';
    size_t len = at->path.len + (has_slash ? 0 : 1);
    memcpy(text + len, at->name.ptr, at->name.len);
    return str_of(text, len + at->name.len);
}

static void flag_add(ItemFile *file, ItemDraft *draft, Str flag, Tri value) {
    if (value != TRI_UNKNOWN && draft->flag_count < RECORDS_FLAGS_MAX)
        file->flags[draft->flag_count++] = (DraftFlag){flag, value == TRI_YES};
}

static Err paths_take(ItemFile *file, const ListEntry *entry, ItemDraft *draft, Diag *diag) {
    size_t count = entry->location_count < RECORDS_LOCATIONS_MAX ? entry->location_count
                                                                 : RECORDS_LOCATIONS_MAX;
    Str *paths = ARENA_ARRAY(file->memory, Str, count + 1);
    for (size_t i = 0; paths != NULL && i < count; i++)
        paths[i] = path_of(file, &entry->locations[i]);
    draft->paths = paths;
    draft->path_count = count;
    return arena_err(file->memory) == ERR_OK
               ? ERR_OK
               : diag_set(diag, arena_err(file->memory), N_("There is not enough memory."));
}

static Err entry_take(ItemFile *file, const ListEntry *entry, ItemDraft *ret, Diag *diag) {
    ItemDraft draft = {
        .has_pdq = (entry->has & ENTRY_PDQ) != 0,
        .pdq = entry->pdq,
        .pdq_quality = entry->pdq_quality == PDQ_QUALITY_UNKNOWN ? -1 : (int)entry->pdq_quality,
        .size =
            (entry->has & ENTRY_SIZE) != 0 && entry->size <= INT64_MAX ? (int64_t)entry->size : -1,
        .width = (entry->has & ENTRY_DIMENSIONS) != 0 ? (int64_t)entry->width : -1,
        .height = (entry->has & ENTRY_DIMENSIONS) != 0 ? (int64_t)entry->height : -1,
        .frames = -1,
        .media_type = entry->media_type,
        .class = (entry->has & ENTRY_KNOWN_GOOD) != 0 ? ITEM_KNOWN_GOOD : ITEM_UNKNOWN,
        .flags = file->flags};
    if (entry->category.len > 0)
        draft.claimed = (Category){entry->scheme, entry->scheme_version, entry->category};
    draft.digests.has = ((entry->has & ENTRY_MD5) != 0 ? 1u << DIGEST_MD5 : 0) |
                        ((entry->has & ENTRY_SHA1) != 0 ? 1u << DIGEST_SHA1 : 0) |
                        ((entry->has & ENTRY_SHA256) != 0 ? 1u << DIGEST_SHA256 : 0);
    memcpy(draft.digests.md5, entry->md5, sizeof entry->md5);
    memcpy(draft.digests.sha1, entry->sha1, sizeof entry->sha1);
    memcpy(draft.digests.sha256, entry->sha256, sizeof entry->sha256);
    flag_add(file, &draft, STR("victim-identified"), entry->victim_identified);
    flag_add(file, &draft, STR("offender-identified"), entry->offender_identified);
    flag_add(file, &draft, STR("distributed"), entry->is_distributed);
    flag_add(file, &draft, STR("suspected"), entry->is_suspected);
    flag_add(file, &draft, STR("self-generated"), entry->is_self_generated);
    TRY(paths_take(file, entry, &draft, diag));
    *ret = draft;
    return ERR_OK;
}

static Err next(void *context, ItemDraft *ret, bool *ret_has, Diag *diag) {
    ItemFile *file = context;
    arena_reset(file->memory);
    if (file->is_scan)
        return scan_items_next(&file->scan, file->memory, ret, ret_has, diag);
    ListEntry entry;
    do { // what an issuer withdrew is no item
        TRY(format_next(file->reader, &entry, ret_has, diag));
        if (!*ret_has)
            return ERR_OK;
    } while ((entry.has & ENTRY_DELETED) != 0);
    return entry_take(file, &entry, ret, diag);
}

// --- The file ---------------------------------------------------------------------------------

Err item_file_open(int fd, ItemFile **ret, Diag *diag) {
    _cleanup_(item_file_freep) ItemFile *file = calloc(1, sizeof *file);
    if (file == NULL || (file->memory = arena_new(ITEM_MEMORY)) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    char window[SCAN_WINDOW];
    ssize_t n = pread(fd, window, sizeof window, 0);
    file->fd = fd;
    file->is_scan = n > 0 && scan_items_detect(str_of(window, (size_t)n));
    TRY(begin(file, diag));
    const char *kind = file->is_scan ? "scan" : format_name(format_report(file->reader)->kind);
    size_t len = strlen(kind);
    memcpy(file->kind, kind, len < RECORDS_WORD_MAX ? len : RECORDS_WORD_MAX);
    *ret = TAKE(file);
    return ERR_OK;
}

void item_file_free(ItemFile *file) {
    if (file == NULL)
        return;
    format_free(file->reader);
    scan_items_done(&file->scan);
    arena_free(file->memory);
    free(file);
}

ItemStream item_file_stream(ItemFile *file) {
    return (ItemStream){
        .rewind = rewind_file, .next = next, .context = file, .kind = str_from(file->kind)};
}

uint64_t item_file_rejected(const ItemFile *file) {
    if (file->is_scan || file->reader == NULL)
        return file->scan.rejected;
    const FormatReport *report = format_report(file->reader);
    uint64_t sum = 0;
    for (int i = 0; i < REJECT_REASON_COUNT; i++)
        sum += report->rejected[i];
    return sum;
}

uint64_t item_file_offset(const ItemFile *file) {
    return file->source.source.offset;
}
