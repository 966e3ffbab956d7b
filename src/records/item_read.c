// Items, read: of a case, one, their locations and flags, by digest.
#include "records/case_access.h"
#include "records/item.h"

#define ITEM_COLUMNS \
    "SELECT t.id, t.uid, t.md5, t.sha1, t.sha256, t.pdq, t.pdq_quality, t.size, t.width, " \
    "t.height, t.frames, t.media_type, i.class, i.stack, t.state, t.consensus, t.scheme, " \
    "t.version, t.code, i.scheme, i.version, i.code, " \
    "(SELECT count(*) FROM locations l WHERE l.case_item = i.id), " \
    "(SELECT count(*) FROM case_items o WHERE o.item = t.id), " \
    "(SELECT count(*) FROM votes v WHERE v.item = t.id AND v.person = :person AND v.state = " \
    "'cast' AND v.is_decision = 0) " \
    "FROM case_items i JOIN items t ON t.id = i.item WHERE i.case_id = :case "

typedef struct ItemReading {
    Records *records;
    const Actor *actor;
    const Identifier *case_, *item; // item NULL: a list
    const ItemFilter *filter;
    Arena *memory;
    Item *items;
    size_t count, capacity;
    ItemCounts counts;
    Str *locations;
    ItemFlag *flags;
    ItemHit *hits;
    DigestKind kind;
    Str digest;
} ItemReading;

static Err no_memory(Arena *memory, Diag *diag) {
    return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
}

// The case, seen and its viewing noted.
static Err case_open_for(Tx *tx, ItemReading *reading, CaseRow *ret, Diag *diag) {
    TRY(case_seen(tx, reading->actor, reading->case_, ret, diag));
    return case_is_viewed(tx, reading->records, reading->actor, ret->id, diag);
}

// The same for one item of the case.
static Err item_open_for(Tx *tx, ItemReading *reading, CaseRow *ret, int64_t *ret_item,
                         Diag *diag) {
    int64_t case_id;
    TRY(case_open_for(tx, reading, ret, diag));
    return item_in_case(tx, reading->actor, reading->case_, reading->item, ret_item, &case_id,
                        diag);
}

static void digest_take(Digests *digests, DigestKind kind, uint8_t *into, Str bytes) {
    if (bytes.len != digest_size(kind))
        return;
    memcpy(into, bytes.ptr, bytes.len);
    digests->has |= 1u << kind;
}

static int64_t known(Stmt *rows, int column) {
    return stmt_is_null(rows, column) ? -1 : stmt_int64(rows, column);
}

static Category category_take(Arena *memory, Stmt *rows, int column) {
    return (Category){arena_copy(memory, stmt_text(rows, column)),
                      arena_copy(memory, stmt_text(rows, column + 1)),
                      arena_copy(memory, stmt_text(rows, column + 2))};
}

static Err row_read(ItemReading *reading, Stmt *rows, Item *ret, Diag *diag) {
    Arena *memory = reading->memory;
    *ret = (Item){.id = stmt_int64(rows, 0),
                  .uid = stmt_id(rows, 1),
                  .pdq_quality = (int)known(rows, 6),
                  .size = known(rows, 7),
                  .width = known(rows, 8),
                  .height = known(rows, 9),
                  .frames = known(rows, 10),
                  .media_type = arena_copy(memory, stmt_text(rows, 11)),
                  .stack = stmt_int64(rows, 13),
                  .category = category_take(memory, rows, 16),
                  .claimed = category_take(memory, rows, 19),
                  .locations = stmt_int64(rows, 22),
                  .cases = stmt_int64(rows, 23),
                  .has_voted = stmt_int64(rows, 24) > 0};
    digest_take(&ret->digests, DIGEST_MD5, ret->digests.md5, stmt_bytes(rows, 2));
    digest_take(&ret->digests, DIGEST_SHA1, ret->digests.sha1, stmt_bytes(rows, 3));
    digest_take(&ret->digests, DIGEST_SHA256, ret->digests.sha256, stmt_bytes(rows, 4));
    Str pdq = stmt_bytes(rows, 5);
    ret->has_pdq = pdq.len == PDQ_BYTES;
    if (ret->has_pdq)
        memcpy(ret->pdq.bytes, pdq.ptr, PDQ_BYTES);
    if (!item_class_find(stmt_text(rows, 12), &ret->class))
        ret->class = ITEM_OTHER;
    TRY(state_read(MACHINE_ITEM, stmt_text(rows, 14), &ret->state, diag));
    TRY(state_read(MACHINE_CONSENSUS, stmt_text(rows, 15), &ret->consensus, diag));
    return arena_err(memory) == ERR_OK ? ERR_OK : no_memory(memory, diag);
}

static Err read_items(Tx *tx, void *context, Diag *diag) {
    ItemReading *reading = context;
    const ItemFilter *filter = reading->filter;
    CaseRow row;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(case_open_for(tx, reading, &row, diag));
    Bind case_ = bind_int64("case", row.id), person = bind_int64("person", reading->actor->person);
    if (reading->item != NULL)
        TRY(tx_query(tx, STR(ITEM_COLUMNS "AND t.uid = :uid"),
                     BINDS(case_, person, bind_id("uid", reading->item)), &rows, diag));
    else
        TRY(tx_query(
            tx,
            STR(ITEM_COLUMNS
                "AND (:class = '' OR i.class = :class) AND (:state = '' OR t.state = :state) AND "
                "(:stack = 0 OR i.stack = :stack) ORDER BY CASE t.state WHEN 'disputed' THEN 0 "
                "WHEN 'in-review' THEN 1 WHEN 'unreviewed' THEN 2 ELSE 3 END, i.stack, i.id LIMIT "
                ":most OFFSET :offset"),
            BINDS(case_, person,
                  bind_text("class", filter->class < 0
                                         ? (Str){"", 0}
                                         : str_from(item_class_id((ItemClass)filter->class))),
                  bind_text("state", filter->state == STATE_COUNT ? (Str){"", 0}
                                                                  : state_text(filter->state)),
                  bind_int64("stack", filter->stack),
                  bind_int64("most", (int64_t)reading->capacity),
                  bind_int64("offset", filter->offset)),
            &rows, diag));
    while (reading->count < reading->capacity && stmt_next(rows))
        TRY(row_read(reading, rows, &reading->items[reading->count++], diag));
    return tx_err(tx, diag);
}

Err item_list(Records *records, const Actor *actor, const Identifier *case_,
              const ItemFilter *filter, Arena *memory, Item **ret, size_t *ret_count, Diag *diag) {
    ItemReading reading = {.records = records,
                           .actor = actor,
                           .case_ = case_,
                           .filter = filter,
                           .memory = memory,
                           .items = ARENA_ARRAY(memory, Item, RECORDS_PAGE_MAX),
                           .capacity = RECORDS_PAGE_MAX};
    if (reading.items == NULL)
        return no_memory(memory, diag);
    if (filter->class >= ITEM_CLASS_COUNT || filter->offset < 0)
        return diag_set(diag, ERR_INVALID, N_("This is not a way to list items."));
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_items, &reading, diag));
    *ret = reading.items;
    *ret_count = reading.count;
    return ERR_OK;
}

Err item_get(Records *records, const Actor *actor, const Identifier *case_, const Identifier *item,
             Arena *memory, Item *ret, Diag *diag) {
    Item found;
    ItemReading reading = {.records = records,
                           .actor = actor,
                           .case_ = case_,
                           .item = item,
                           .memory = memory,
                           .items = &found,
                           .capacity = 1};
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_items, &reading, diag));
    if (reading.count == 0)
        return record_missing(diag);
    *ret = found;
    return ERR_OK;
}

// --- Counts -----------------------------------------------------------------------------------

static Err read_counts(Tx *tx, void *context, Diag *diag) {
    ItemReading *reading = context;
    CaseRow row;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->counts = (ItemCounts){0};
    TRY(case_open_for(tx, reading, &row, diag));
    TRY(tx_query(tx,
                 STR("SELECT i.class, t.state, count(*) FROM case_items i JOIN items t ON t.id = "
                     "i.item WHERE i.case_id = :case GROUP BY i.class, t.state"),
                 BINDS(bind_int64("case", row.id)), &rows, diag));
    while (stmt_next(rows)) {
        ItemClass class;
        State state;
        if (item_class_find(stmt_text(rows, 0), &class))
            reading->counts.classes[class] += stmt_int64(rows, 2);
        TRY(state_read(MACHINE_ITEM, stmt_text(rows, 1), &state, diag));
        reading->counts.states[state] += stmt_int64(rows, 2);
    }
    return tx_err(tx, diag);
}

Err item_counts(Records *records, const Actor *actor, const Identifier *case_, ItemCounts *ret,
                Diag *diag) {
    ItemReading reading = {.records = records, .actor = actor, .case_ = case_};
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_counts, &reading, diag));
    *ret = reading.counts;
    return ERR_OK;
}

// --- Locations and flags ----------------------------------------------------------------------

static Err read_locations(Tx *tx, void *context, Diag *diag) {
    ItemReading *reading = context;
    CaseRow row;
    int64_t item;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(item_open_for(tx, reading, &row, &item, diag));
    TRY(tx_query(tx,
                 STR("SELECT l.path FROM locations l JOIN case_items i ON i.id = l.case_item WHERE "
                     "i.case_id = :case AND i.item = :item ORDER BY l.id LIMIT :most"),
                 BINDS(bind_int64("case", row.id), bind_int64("item", item),
                       bind_int64("most", RECORDS_PAGE_MAX)),
                 &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows))
        TRY(content_open(reading->records, row.slot, "location/path", reading->item,
                         stmt_bytes(rows, 0), reading->memory,
                         &reading->locations[reading->count++], diag));
    return tx_err(tx, diag);
}

Err item_locations(Records *records, const Actor *actor, const Identifier *case_,
                   const Identifier *item, Arena *memory, Str **ret, size_t *ret_count,
                   Diag *diag) {
    ItemReading reading = {.records = records,
                           .actor = actor,
                           .case_ = case_,
                           .item = item,
                           .memory = memory,
                           .locations = ARENA_ARRAY(memory, Str, RECORDS_PAGE_MAX)};
    if (reading.locations == NULL)
        return no_memory(memory, diag);
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_locations, &reading, diag));
    *ret = reading.locations;
    *ret_count = reading.count;
    return ERR_OK;
}

static Err read_flags(Tx *tx, void *context, Diag *diag) {
    ItemReading *reading = context;
    CaseRow row;
    int64_t item;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(item_open_for(tx, reading, &row, &item, diag));
    TRY(tx_query(
        tx,
        STR("SELECT f.flag, f.source, f.value, f.made_ms, (SELECT count(*) FROM item_flags "
            "o WHERE o.item = f.item AND o.flag = f.flag AND o.value <> f.value) FROM "
            "item_flags f WHERE f.item = :item ORDER BY f.flag, f.made_ms, f.source LIMIT "
            ":most"),
        BINDS(bind_int64("item", item), bind_int64("most", RECORDS_PAGE_MAX)), &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows))
        reading->flags[reading->count++] =
            (ItemFlag){.flag = arena_copy(reading->memory, stmt_text(rows, 0)),
                       .source = arena_copy(reading->memory, stmt_text(rows, 1)),
                       .value = str_is(stmt_text(rows, 2), "yes"),
                       .made_ms = stmt_int64(rows, 3),
                       .is_disputed = stmt_int64(rows, 4) > 0};
    TRY(tx_err(tx, diag));
    return arena_err(reading->memory) == ERR_OK ? ERR_OK : no_memory(reading->memory, diag);
}

Err item_flags(Records *records, const Actor *actor, const Identifier *case_,
               const Identifier *item, Arena *memory, ItemFlag **ret, size_t *ret_count,
               Diag *diag) {
    ItemReading reading = {.records = records,
                           .actor = actor,
                           .case_ = case_,
                           .item = item,
                           .memory = memory,
                           .flags = ARENA_ARRAY(memory, ItemFlag, RECORDS_PAGE_MAX)};
    if (reading.flags == NULL)
        return no_memory(memory, diag);
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_flags, &reading, diag));
    *ret = reading.flags;
    *ret_count = reading.count;
    return ERR_OK;
}

// --- Search -----------------------------------------------------------------------------------

#define HIT_COLUMNS(column) \
    STR("SELECT t.uid, c.uid, t.state FROM items t JOIN case_items i ON i.item = t.id JOIN cases " \
        "c ON c.id = i.case_id WHERE t." column \
        " = :digest AND c.state <> 'erased' AND (c.unit = " \
        ":unit OR EXISTS (SELECT 1 FROM case_units s WHERE s.case_id = c.id AND s.unit = :unit)) " \
        "ORDER BY c.id LIMIT :most")

static Err search(Change *change, void *context, Diag *diag) {
    ItemReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    Str text = reading->kind == DIGEST_MD5    ? HIT_COLUMNS("md5")
               : reading->kind == DIGEST_SHA1 ? HIT_COLUMNS("sha1")
                                              : HIT_COLUMNS("sha256");
    reading->count = 0;
    TRY(tx_query(change->tx, text,
                 BINDS(bind_bytes("digest", reading->digest),
                       bind_int64("unit", reading->actor->unit),
                       bind_int64("most", RECORDS_PAGE_MAX)),
                 &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        ItemHit *hit = &reading->hits[reading->count++];
        *hit = (ItemHit){.item = stmt_id(rows, 0), .case_ = stmt_id(rows, 1)};
        TRY(state_read(MACHINE_ITEM, stmt_text(rows, 2), &hit->state, diag));
    }
    TRY(tx_err(change->tx, diag));
    change_fact_text(change, "field", str_from(digest_name(reading->kind)));
    change->count = reading->count;
    return ERR_OK;
}

Err item_search(Records *records, const Actor *actor, DigestKind kind, const uint8_t *digest,
                Arena *memory, ItemHit **ret, size_t *ret_count, Diag *diag) {
    ItemReading reading = {.records = records,
                           .actor = actor,
                           .kind = kind,
                           .digest = str_of(digest, digest_size(kind)),
                           .hits = ARENA_ARRAY(memory, ItemHit, RECORDS_PAGE_MAX)};
    if (reading.hits == NULL)
        return no_memory(memory, diag);
    TRY(records_change(records, actor, PERMISSION_CASE_SEARCH, LEDGER_SEARCH_RUN, search, &reading,
                       diag));
    *ret = reading.hits;
    *ret_count = reading.count;
    return ERR_OK;
}
