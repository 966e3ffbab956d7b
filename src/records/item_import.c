// Importing items: each record finds its item or makes it, then its place in the case.
#include "records/item_import.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "records/case_access.h"

enum { PROGRESS_STEP = 500 };

typedef struct Import {
    Identifier case_;
    const ItemStream *stream;
    CaseRow row;
    int64_t id;
    Sha256 hash;
    ImportResult result;
} Import;

// What is stored of an item that may be the record's.
typedef struct Found {
    int64_t id;
    Identifier uid;
    Digests digests;
    State state;
} Found;

// --- Digests ----------------------------------------------------------------------------------

static uint8_t *digest_of(Digests *digests, DigestKind kind) {
    return kind == DIGEST_MD5    ? digests->md5
           : kind == DIGEST_SHA1 ? digests->sha1
                                 : digests->sha256;
}

static Bind bind_digest(const char *name, Digests *digests, DigestKind kind) {
    return (digests->has & 1u << kind) == 0
               ? bind_null(name)
               : bind_bytes(name, str_of(digest_of(digests, kind), digest_size(kind)));
}

// An empty file is everybody's: its digests say nothing.
static void digests_clean(Digests *digests) {
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if ((digests->has & 1u << kind) != 0 &&
            digest_is_of_nothing((DigestKind)kind, digest_of(digests, (DigestKind)kind)))
            digests->has &= ~(1u << kind);
}

static bool digests_differ(Digests *a, Digests *b) {
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if ((a->has & b->has & 1u << kind) != 0 &&
            memcmp(digest_of(a, (DigestKind)kind), digest_of(b, (DigestKind)kind),
                   digest_size((DigestKind)kind)) != 0)
            return true;
    return false;
}

// The record's part of the import's digest.
static void hash_record(Sha256 *hash, ItemDraft *draft) {
    uint8_t number[8];
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if ((draft->digests.has & 1u << kind) != 0)
            sha256_put(hash, digest_of(&draft->digests, (DigestKind)kind),
                       digest_size((DigestKind)kind));
    if (draft->has_pdq)
        sha256_put(hash, draft->pdq.bytes, PDQ_BYTES);
    store_le64(number, (uint64_t)draft->size);
    sha256_put(hash, number, sizeof number);
    sha256_put(hash, item_class_id(draft->class), strlen(item_class_id(draft->class)));
    for (size_t i = 0; i < draft->path_count; i++) {
        store_le64(number, draft->paths[i].len);
        sha256_put(hash, number, sizeof number);
        sha256_put(hash, draft->paths[i].ptr, draft->paths[i].len);
    }
    sha256_put(hash, "\n", 1);
}

// --- The item ---------------------------------------------------------------------------------

#define FIND_BY(column) \
    STR("SELECT id, uid, md5, sha1, sha256, state FROM items WHERE " column \
        " = :digest ORDER BY id")

static void digest_take(Digests *digests, DigestKind kind, Str bytes) {
    if (bytes.len != digest_size(kind))
        return;
    memcpy(digest_of(digests, kind), bytes.ptr, bytes.len);
    digests->has |= 1u << kind;
}

// The strongest digest first. *ret_conflict: one that shares a digest and differs in another.
static Err item_find(Change *change, ItemDraft *draft, Found *ret, bool *ret_has,
                     bool *ret_conflict, Diag *diag) {
    static const DigestKind ORDER[] = {DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5};
    const Str texts[] = {FIND_BY("sha256"), FIND_BY("sha1"), FIND_BY("md5")};
    *ret_has = *ret_conflict = false;
    for (int i = 0; i < 3 && !*ret_has; i++) {
        if ((draft->digests.has & 1u << ORDER[i]) == 0)
            continue;
        _cleanup_stmt_ Stmt *rows = NULL;
        TRY(tx_query(change->tx, texts[i], BINDS(bind_digest("digest", &draft->digests, ORDER[i])),
                     &rows, diag));
        while (!*ret_has && stmt_next(rows)) {
            Found found = {.id = stmt_int64(rows, 0), .uid = stmt_id(rows, 1)};
            digest_take(&found.digests, DIGEST_MD5, stmt_bytes(rows, 2));
            digest_take(&found.digests, DIGEST_SHA1, stmt_bytes(rows, 3));
            digest_take(&found.digests, DIGEST_SHA256, stmt_bytes(rows, 4));
            TRY(state_read(MACHINE_ITEM, stmt_text(rows, 5), &found.state, diag));
            *ret_has = !digests_differ(&draft->digests, &found.digests);
            *ret_conflict = *ret_conflict || !*ret_has;
            if (*ret_has)
                *ret = found;
        }
        TRY(tx_err(change->tx, diag));
    }
    return ERR_OK;
}

// Pictures without digests are one when their hashes are the same.
static Err item_find_pdq(Change *change, const ItemDraft *draft, Found *ret, bool *ret_has,
                         Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(change->tx,
                 STR("SELECT id, uid, state FROM items WHERE pdq = :pdq AND md5 IS NULL AND sha1 "
                     "IS NULL AND sha256 IS NULL ORDER BY id"),
                 BINDS(bind_bytes("pdq", str_of(draft->pdq.bytes, PDQ_BYTES))), &rows, diag));
    *ret_has = stmt_next(rows);
    TRY(tx_err(change->tx, diag));
    if (!*ret_has)
        return ERR_OK;
    *ret = (Found){.id = stmt_int64(rows, 0), .uid = stmt_id(rows, 1)};
    return state_read(MACHINE_ITEM, stmt_text(rows, 2), &ret->state, diag);
}

static Bind bind_known(const char *name, int64_t number) {
    return number < 0 ? bind_null(name) : bind_int64(name, number);
}

static State state_for(ItemClass class) {
    return class == ITEM_KNOWN        ? STATE_ITEM_KNOWN_BAD
           : class == ITEM_KNOWN_GOOD ? STATE_ITEM_KNOWN_GOOD
                                      : STATE_ITEM_UNREVIEWED;
}

static Err item_insert(Change *change, ItemDraft *draft, Found *ret, Diag *diag) {
    Found made = {.uid = identifier_make(), .state = state_for(draft->class)};
    TRY(tx_int64(
        change->tx,
        STR("INSERT INTO items (uid, md5, sha1, sha256, pdq, pdq_quality, size, media_type, width, "
            "height, frames, state, consensus, made_ms) VALUES (:uid, :md5, :sha1, :sha256, :pdq, "
            ":quality, :size, :type, :width, :height, :frames, :state, 'none', :now) RETURNING id"),
        BINDS(bind_id("uid", &made.uid), bind_digest("md5", &draft->digests, DIGEST_MD5),
              bind_digest("sha1", &draft->digests, DIGEST_SHA1),
              bind_digest("sha256", &draft->digests, DIGEST_SHA256),
              draft->has_pdq ? bind_bytes("pdq", str_of(draft->pdq.bytes, PDQ_BYTES))
                             : bind_null("pdq"),
              bind_known("quality", draft->has_pdq ? draft->pdq_quality : -1),
              bind_known("size", draft->size), bind_text_or_null("type", draft->media_type),
              bind_known("width", draft->width), bind_known("height", draft->height),
              bind_known("frames", draft->frames), bind_text("state", state_text(made.state)),
              bind_int64("now", change->now_ms)),
        NULL, &made.id, diag));
    *ret = made;
    return ERR_OK;
}

// Adds what the record knows more, and moves the state where the machine has a step for it.
static Err item_fill(Change *change, const Found *found, ItemDraft *draft, Diag *diag) {
    State to = state_for(draft->class);
    if (!state_may_move(found->state, to, NULL) || to == STATE_ITEM_UNREVIEWED)
        to = found->state;
    bool is_richer = (draft->digests.has & ~found->digests.has) != 0 || draft->has_pdq;
    if (to == found->state && !is_richer)
        return ERR_OK;
    return tx_run(
        change->tx,
        STR("UPDATE items SET md5 = COALESCE(md5, :md5), sha1 = COALESCE(sha1, :sha1), sha256 = "
            "COALESCE(sha256, :sha256), pdq = COALESCE(pdq, :pdq), pdq_quality = "
            "COALESCE(pdq_quality, :quality), size = COALESCE(size, :size), media_type = "
            "COALESCE(media_type, :type), width = COALESCE(width, :width), height = "
            "COALESCE(height, :height), state = :state WHERE id = :id"),
        BINDS(bind_digest("md5", &draft->digests, DIGEST_MD5),
              bind_digest("sha1", &draft->digests, DIGEST_SHA1),
              bind_digest("sha256", &draft->digests, DIGEST_SHA256),
              draft->has_pdq ? bind_bytes("pdq", str_of(draft->pdq.bytes, PDQ_BYTES))
                             : bind_null("pdq"),
              bind_known("quality", draft->has_pdq ? draft->pdq_quality : -1),
              bind_known("size", draft->size), bind_text_or_null("type", draft->media_type),
              bind_known("width", draft->width), bind_known("height", draft->height),
              bind_text("state", state_text(to)), bind_int64("id", found->id)),
        NULL, diag);
}

// --- Its place in the case --------------------------------------------------------------------

// A known item that comes again as unknown stays known.
static Err place_make(Change *change, const Import *import, const Found *item,
                      const ItemDraft *draft, int64_t *ret, Diag *diag) {
    Str class = str_from(item_class_id(draft->class));
    return tx_int64(
        change->tx,
        STR("INSERT INTO case_items (case_id, item, class, stack, import, scheme, version, code) "
            "VALUES (:case, :item, :class, :stack, :import, :scheme, :version, :code) ON CONFLICT "
            "(case_id, item) DO UPDATE SET class = CASE WHEN excluded.class IN ('known', "
            "'known-good') OR (excluded.class = 'near' AND case_items.class NOT IN ('known', "
            "'known-good')) THEN excluded.class ELSE case_items.class END, scheme = "
            "COALESCE(case_items.scheme, excluded.scheme), version = COALESCE(case_items.version, "
            "excluded.version), code = COALESCE(case_items.code, excluded.code) RETURNING id"),
        BINDS(bind_int64("case", import->row.id), bind_int64("item", item->id),
              bind_text("class", class),
              draft->stack == 0 ? bind_null("stack") : bind_int64("stack", draft->stack),
              bind_int64("import", import->id), bind_text_or_null("scheme", draft->claimed.scheme),
              bind_text_or_null("version", draft->claimed.version),
              bind_text_or_null("code", draft->claimed.code)),
        NULL, ret, diag);
}

// The same path twice is one location. The key is of the node's secret: a path that was erased
// cannot be found by guessing.
static void path_key(const Records *records, const Import *import, Str path,
                     uint8_t ret[SHA256_SIZE]) {
    Sha256 hash;
    sha256_begin(&hash);
    sha256_put(&hash, records->key.bytes, SEAL_KEY_BYTES);
    sha256_put(&hash, import->case_.bytes, IDENTIFIER_BYTES);
    sha256_put(&hash, path.ptr, path.len);
    sha256_end(&hash, ret);
}

static Err locations_add(Change *change, const Import *import, const Found *item, int64_t place,
                         const ItemDraft *draft, Diag *diag) {
    size_t count =
        draft->path_count < RECORDS_LOCATIONS_MAX ? draft->path_count : RECORDS_LOCATIONS_MAX;
    for (size_t i = 0; i < count; i++) {
        Str path = str_of(draft->paths[i].ptr, utf8_cut(draft->paths[i], RECORDS_PATH_MAX));
        uint8_t key[SHA256_SIZE];
        _cleanup_strbuf_ StrBuf sealed = STRBUF(RECORDS_PATH_MAX + SEAL_OVERHEAD);
        if (path.len == 0)
            continue;
        path_key(change->records, import, path, key);
        TRY(content_seal(change->records, import->row.slot, "location/path", &item->uid, path,
                         &sealed, diag));
        TRY(tx_run(change->tx,
                   STR("INSERT INTO locations (case_item, path, path_key, import) VALUES (:place, "
                       ":path, :key, :import) ON CONFLICT (case_item, path_key) DO NOTHING"),
                   BINDS(bind_int64("place", place), bind_bytes("path", strbuf_str(&sealed)),
                         bind_bytes("key", str_of(key, sizeof key)),
                         bind_int64("import", import->id)),
                   NULL, diag));
    }
    return ERR_OK;
}

static Err flag_add(Change *change, const Import *import, int64_t item, Str flag, bool value,
                    Diag *diag) {
    _cleanup_strbuf_ StrBuf source = STRBUF(64);
    if (!ledger_word_is_valid(flag))
        return ERR_OK; // the reader counts what it cannot read; nothing else is a flag
    strbuf_put_text(&source, "import:");
    identifier_put(&source, &import->result.uid);
    return tx_run(change->tx,
                  STR("INSERT INTO item_flags (item, flag, source, value, made_ms) VALUES (:item, "
                      ":flag, :source, :value, :now) ON CONFLICT (item, flag, source) DO NOTHING"),
                  BINDS(bind_int64("item", item), bind_text("flag", flag),
                        bind_text("source", strbuf_str(&source)),
                        bind_text("value", value ? STR("yes") : STR("no")),
                        bind_int64("now", change->now_ms)),
                  NULL, diag);
}

// --- The import -------------------------------------------------------------------------------

// What is no text of ours is left out, the record stays.
static void texts_clean(ItemDraft *draft) {
    if (text_check(draft->media_type, "media_type", RECORDS_NAME_MAX, true, NULL) != ERR_OK)
        draft->media_type = (Str){0};
    if (text_check(draft->claimed.scheme, "scheme", RECORDS_WORD_MAX, true, NULL) != ERR_OK ||
        text_check(draft->claimed.version, "version", RECORDS_WORD_MAX, true, NULL) != ERR_OK ||
        text_check(draft->claimed.code, "code", RECORDS_NAME_MAX, true, NULL) != ERR_OK)
        draft->claimed = (Category){0};
}

static Err record_import(Change *change, Import *import, ItemDraft *draft, Diag *diag) {
    Found item = {0};
    bool has = false, is_conflict = false;
    int64_t place = 0;
    ImportResult *result = &import->result;
    digests_clean(&draft->digests);
    texts_clean(draft);
    if (draft->digests.has == 0 && !draft->has_pdq) {
        result->skipped++;
        return ERR_OK;
    }
    if (draft->digests.has == 0)
        TRY(item_find_pdq(change, draft, &item, &has, diag));
    else
        TRY(item_find(change, draft, &item, &has, &is_conflict, diag));
    if (has)
        TRY(item_fill(change, &item, draft, diag));
    else
        TRY(item_insert(change, draft, &item, diag));
    TRY(place_make(change, import, &item, draft, &place, diag));
    TRY(locations_add(change, import, &item, place, draft, diag));
    for (size_t i = 0; i < draft->flag_count && i < RECORDS_FLAGS_MAX; i++)
        TRY(flag_add(change, import, item.id, draft->flags[i].flag, draft->flags[i].value, diag));
    if (is_conflict && !has)
        TRY(flag_add(change, import, item.id, STR("digest-conflict"), true, diag));
    hash_record(&import->hash, draft);
    result->items++;
    result->classes[draft->class]++;
    *(has ? &result->merged : &result->added) += 1;
    return ERR_OK;
}

static Err import_begin(Change *change, Import *import, Diag *diag) {
    import->result = (ImportResult){.uid = identifier_make()};
    sha256_begin(&import->hash);
    TRY(case_worked(change, &import->case_, &import->row, diag));
    return tx_int64(
        change->tx,
        STR("INSERT INTO imports (uid, case_id, person, made_ms, kind, digest, items, "
            "added, merged) VALUES (:uid, :case, :person, :now, :kind, :none, 0, 0, 0) "
            "RETURNING id"),
        BINDS(bind_id("uid", &import->result.uid), bind_int64("case", import->row.id),
              bind_int64("person", change->actor->person), bind_int64("now", change->now_ms),
              bind_text("kind", import->stream->kind), bind_bytes("none", (Str){"", 0})),
        NULL, &import->id, diag);
}

static Err import_end(Change *change, Import *import, Diag *diag) {
    ImportResult *result = &import->result;
    sha256_end(&import->hash, result->digest);
    TRY(tx_run(change->tx,
               STR("UPDATE imports SET digest = :digest, items = :items, added = :added, merged = "
                   ":merged WHERE id = :id"),
               BINDS(bind_bytes("digest", str_of(result->digest, SHA256_SIZE)),
                     bind_int64("items", (int64_t)result->items),
                     bind_int64("added", (int64_t)result->added),
                     bind_int64("merged", (int64_t)result->merged), bind_int64("id", import->id)),
               NULL, diag));
    change_fact_id(change, "import", &result->uid);
    change_fact_text(change, "kind", import->stream->kind);
    change_fact_int(change, "added", (int64_t)result->added);
    change_fact_int(change, "merged", (int64_t)result->merged);
    json_key(&change->facts, "digest");
    json_hex(&change->facts, result->digest, SHA256_SIZE);
    change->count = result->items;
    return case_changed(change, import->row.id, diag);
}

static Err import_all(Change *change, void *context, Diag *diag) {
    Import *import = context;
    const ItemStream *stream = import->stream;
    TRY(import_begin(change, import, diag));
    TRY(stream->rewind(stream->context, diag));
    while (true) {
        ItemDraft draft;
        bool has = false;
        TRY(stream->next(stream->context, &draft, &has, diag));
        if (!has)
            break;
        if (import->result.items == RECORDS_IMPORT_MAX)
            return diag_set(diag, ERR_LIMIT,
                            N_("There are too many items for one import. Divide the file."));
        TRY(record_import(change, import, &draft, diag));
        if (stream->progress != NULL && import->result.items % PROGRESS_STEP == 0)
            stream->progress(stream->to, import->result.items);
    }
    return import_end(change, import, diag);
}

Err items_import(Records *records, const Actor *actor, const Identifier *case_,
                 const ItemStream *stream, ImportResult *ret, Diag *diag) {
    Import import = {.case_ = *case_, .stream = stream};
    StoreRequest request = {clock_monotonic_ns() + RECORDS_IMPORT_MS * INT64_C(1000000), NULL};
    Actor patient = *actor;
    TRY(word_check(stream->kind, "kind", false, diag));
    if (patient.request == NULL || patient.request->deadline_ns == 0) {
        request.is_cancelled = patient.request == NULL ? NULL : patient.request->is_cancelled;
        patient.request = &request;
    }
    TRY(records_change(records, &patient, PERMISSION_ITEM_IMPORT, LEDGER_ITEMS_IMPORTED, import_all,
                       &import, diag));
    *ret = import.result;
    return ERR_OK;
}
