// Writes a scan as a VICS 2.0 case: one Media object for each distinct picture or video, with all
// its places.
#include "base/arena.h"
#include "format/writer.h"
#include "scan/limits.h"
#include "workspace/entry_name.h"
#include "workspace/scan_labels.h"

enum { PIECE_MAX = 256 << 20, FLUSH_BYTES = 64 << 10 };

typedef struct Case {
    const ScanOutput *output;
    FormatWriter *writer;
    FILE *to;
    StrBuf text, comments;
    Arena *scratch; // one list entry
    uint32_t *next; // for each file: the next copy of the same, or 0
    VEC(EntryLocation) locations;
    VEC(EntryFact) facts;
} Case;

static bool is_media(const ScanItem *item) {
    return (item->type.class == MEDIA_CLASS_IMAGE || item->type.class == MEDIA_CLASS_VIDEO) &&
           (item->digests.has & 1u << DIGEST_MD5) != 0;
}

static bool add_location(Case *scan, uint32_t file) {
    Str path = scan_item_path(scan->output->files->items.items[file]), name = path;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/')
            name = str_from_index(path, i + 1);
    return vec_push(&scan->locations, ((EntryLocation){.name = name, .path = path}));
}

static bool add_fact(void *to, Str name, Str value) {
    Case *scan = to;
    return vec_push(&scan->facts, ((EntryFact){name, value}));
}

static void put_comment(Case *scan, const ScanMatch *scan_match, const ListEntry *known) {
    const Match *match = &scan_match->match;
    const ScanOutput *output = scan->output;
    const ScannedList *list = &output->lists[match->list];
    char number[ENTRY_NUMBER_TEXT];
    Str name = entry_name(known, match->entry, number);
    MsgArgs args = MSG_ARGS(msg_ident("list", list->name), msg_ident("entry", name),
                            msg_int("bits", match->distance));
    if (scan_likeness_put(&scan->comments, output->lang, scan_match, list->name, name, known)) {
        strbuf_put_byte(&scan->comments, ' ');
        strbuf_put(&scan->comments, tr(output->lang, NULL, "Not confirmed."));
    } else if (match->kind == MATCH_NEAR)
        tr_put(&scan->comments, output->lang, NULL,
               "Near entry {entry} of the list {list}: {bits} of 256 bits differ. Not confirmed.",
               args);
    else if (list->is_known_good || (known->has & ENTRY_KNOWN_GOOD) != 0)
        tr_put(&scan->comments, output->lang, NULL, "On the list {list} of harmless files.", args);
    else
        tr_put(&scan->comments, output->lang, NULL, "Entry {entry} of the list {list}.", args);
    if (match->kind == MATCH_EXACT && known->category.len > 0) {
        strbuf_put_byte(&scan->comments, ' ');
        tr_put(&scan->comments, output->lang, NULL,
               "Its category there: {category} ({scheme} {version}).",
               MSG_ARGS(msg_ident("category", known->category), msg_ident("scheme", known->scheme),
                        msg_ident("version", known->scheme_version)));
    }
}

// What exact entries say is taken over; what near ones say is only mentioned.
static Err take_verdict(Case *scan, const ScanVerdict *verdict, ListEntry *io, Diag *diag) {
    bool has_known = false;
    for (uint32_t i = 0; i < verdict->match_count; i++) {
        const Match *match = &verdict->matches[i].match;
        const ScannedList *list = &scan->output->lists[match->list];
        if (i > 0 && match->kind == MATCH_NEAR)
            break; // the nearest one is enough to mention
        ListEntry known;
        TRY(list_entry(list->list, match->entry, scan->scratch, &known, diag));
        if (scan->comments.len > 0)
            strbuf_put_byte(&scan->comments, '\n');
        put_comment(scan, &verdict->matches[i], &known);
        if (match->kind == MATCH_NEAR || list->is_known_good)
            continue;
        if (!has_known) {
            io->victim_identified = known.victim_identified;
            io->offender_identified = known.offender_identified;
            io->is_distributed = known.is_distributed;
            io->series = known.series;
            has_known = true;
        }
        if (io->category.len == 0 && known.category.len > 0 && str_is(known.scheme, "vic-us")) {
            io->scheme = known.scheme;
            io->scheme_version = known.scheme_version;
            io->category = known.category;
            io->category_source = list->name;
        }
    }
    return ERR_OK;
}

static ListEntry entry_of(const ScanItem *item) {
    ListEntry entry = {
        .has = ENTRY_MD5 | ENTRY_SIZE,
        .pdq_quality = PDQ_QUALITY_UNKNOWN,
        .size = item->size,
        .media_type = str_from(item->type.mime),
    };
    memcpy(entry.md5, item->digests.md5, sizeof entry.md5);
    if ((item->digests.has & 1u << DIGEST_SHA1) != 0) {
        entry.has |= ENTRY_SHA1;
        memcpy(entry.sha1, item->digests.sha1, sizeof entry.sha1);
    }
    if ((item->digests.has & 1u << DIGEST_SHA256) != 0) {
        entry.has |= ENTRY_SHA256;
        memcpy(entry.sha256, item->digests.sha256, sizeof entry.sha256);
    }
    const PdqHash *pdq = scan_item_pdq(item, PDQ_FULL, PDQ_ORIGINAL);
    if (pdq != NULL) {
        entry.has |= ENTRY_PDQ;
        entry.pdq = *pdq;
        entry.pdq_quality = (uint8_t)item->quality[PDQ_FULL];
    }
    if (item->video != NULL && item->video->frame_count > 0) {
        entry.has |= ENTRY_VPDQ;
        entry.frames = item->video->frames;
        entry.frame_count = item->video->frame_count;
    }
    return entry;
}

static Err put_media(Case *scan, uint32_t file, Diag *diag) {
    const ScanItem *item = scan->output->files->items.items[file];
    ListEntry entry = entry_of(item);
    vec_clear(&scan->locations);
    vec_clear(&scan->facts);
    strbuf_clear(&scan->comments);
    arena_reset(scan->scratch);
    bool has_all = add_location(scan, file);
    for (uint32_t copy = scan->next[file]; copy != 0 && has_all; copy = scan->next[copy])
        has_all = add_location(scan, copy);
    scan_item_each_fact(item, add_fact, scan);
    if (!has_all || scan->facts.len < (size_t)item->fact_count)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(take_verdict(scan, &scan->output->assessment->verdicts[file], &entry, diag));
    entry.locations = scan->locations.items;
    entry.location_count = scan->locations.len;
    entry.facts = scan->facts.items;
    entry.fact_count = scan->facts.len;
    entry.comments = strbuf_str(&scan->comments);
    format_writer_put(scan->writer, &entry);
    Err err = strbuf_err(&scan->text);
    if (err == ERR_OK)
        err = strbuf_err(&scan->comments);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    if (scan->text.len >= FLUSH_BYTES) {
        fwrite(scan->text.ptr, 1, scan->text.len, scan->to);
        strbuf_clear(&scan->text);
    }
    return ERR_OK;
}

// Copies in path order behind what they are copies of. 0 ends: the first file is a copy of none.
static void chain_copies(Case *scan) {
    const Assessment *assessment = scan->output->assessment;
    for (size_t i = assessment->count; i-- > 0;) {
        uint32_t first = assessment->verdicts[i].duplicate_of;
        if (first == SCAN_NOT_DUPLICATE)
            continue;
        scan->next[i] = scan->next[first];
        scan->next[first] = (uint32_t)i;
    }
}

static Err put_case(Case *scan, Diag *diag) {
    const Assessment *assessment = scan->output->assessment;
    ExportCase head = {.number = scan->output->case_number,
                       .application_version = STR(SEVENTH_VERSION)};
    // Without a time: the same scan gives the same file.
    ExportMeta meta = {.case_head = &head};
    Err err = format_writer_new(EXPORT_VICS2, &meta, &scan->text, &scan->writer);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    chain_copies(scan);
    format_writer_begin(scan->writer);
    for (uint32_t i = 0; i < assessment->count; i++)
        if (assessment->verdicts[i].duplicate_of == SCAN_NOT_DUPLICATE &&
            is_media(scan->output->files->items.items[i]))
            TRY(put_media(scan, i, diag));
    format_writer_end(scan->writer);
    err = strbuf_err(&scan->text);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    fwrite(scan->text.ptr, 1, scan->text.len, scan->to);
    return ERR_OK;
}

Err scan_vics_write(const ScanOutput *output, FILE *to, Diag *diag) {
    Case scan = {.output = output,
                 .to = to,
                 .text = STRBUF(PIECE_MAX),
                 .comments = STRBUF(1 << 20),
                 .scratch = arena_new(SCAN_ENTRY_MEMORY),
                 .next = calloc(output->assessment->count + 1, sizeof(uint32_t))};
    Err err = scan.scratch == NULL || scan.next == NULL
                  ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                  : put_case(&scan, diag);
    format_writer_free(scan.writer);
    strbuf_done(&scan.text);
    strbuf_done(&scan.comments);
    vec_done(&scan.locations);
    vec_done(&scan.facts);
    arena_free(scan.scratch);
    free(scan.next);
    return err;
}
