// Reading a scan's document. A value that is not what its key promises is counted and left out.
#include "records/scan_items.h"

#include "base/encoding.h"

typedef struct ScanReading {
    ScanItems *items;
    Arena *memory;
    ItemDraft *draft;
    bool has_claim; // from an exact match
    Diag *diag;
} ScanReading;

bool scan_items_detect(Str window) {
    static const char *const BEGIN[] = {"{", "\"seventh\"", ":", "\"scan\""};
    Str rest = window;
    for (size_t i = 0; i < sizeof BEGIN / sizeof BEGIN[0]; i++) {
        rest = str_trim(rest);
        if (!str_has_prefix(rest, str_from(BEGIN[i])))
            return false;
        rest = str_from_index(rest, strlen(BEGIN[i]));
    }
    return true;
}

void scan_items_done(ScanItems *items) {
    json_reader_free(items->json);
    items->json = NULL;
}

static Err no_scan(Diag *diag) {
    return diag_set(diag, ERR_SYNTAX, N_("This is not the result of a scan."));
}

// Up to the begin of the array "items".
static Err items_find(ScanItems *items, Diag *diag) {
    JsonToken token;
    Str text;
    TRY(json_next(items->json, &token, NULL, diag));
    if (token != JSON_OBJECT_BEGIN)
        return no_scan(diag);
    while (true) {
        TRY(json_next(items->json, &token, &text, diag));
        if (token != JSON_KEY)
            return no_scan(diag); // without items
        if (!str_is(text, "items")) {
            TRY(json_skip(items->json, diag));
            continue;
        }
        TRY(json_next(items->json, &token, NULL, diag));
        items->is_in_items = token == JSON_ARRAY_BEGIN;
        return items->is_in_items ? ERR_OK : no_scan(diag);
    }
}

Err scan_items_begin(ScanItems *items, ByteSource *source, Diag *diag) {
    scan_items_done(items);
    *items = (ScanItems){0};
    if (json_reader_new(source, &(JsonOptions){0}, &items->json) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return items_find(items, diag);
}

// --- Values -----------------------------------------------------------------------------------

static void number_take(ScanReading *reading, JsonToken token, Str text, int64_t *ret) {
    int64_t number;
    if (token == JSON_NULL)
        return;
    if (token == JSON_NUMBER && str_to_i64(text, &number) && number >= 0)
        *ret = number;
    else
        reading->items->rejected++;
}

static void digest_take(ScanReading *reading, JsonToken token, Str text, DigestKind kind) {
    Digests *digests = &reading->draft->digests;
    uint8_t *into = kind == DIGEST_MD5    ? digests->md5
                    : kind == DIGEST_SHA1 ? digests->sha1
                                          : digests->sha256;
    if (token == JSON_STRING && hex_decode(text, into, digest_size(kind)))
        digests->has |= 1u << kind;
    else
        reading->items->rejected++;
}

static void text_take(ScanReading *reading, JsonToken token, Str text, Str *ret) {
    if (token == JSON_STRING)
        *ret = arena_copy(reading->memory, text);
    else if (token != JSON_NULL)
        reading->items->rejected++;
}

static void class_take(ScanReading *reading, JsonToken token, Str text) {
    if (token == JSON_STRING && str_is(text, "probably-known"))
        reading->draft->class = ITEM_NEAR;
    else if (token != JSON_STRING || !item_class_find(text, &reading->draft->class))
        reading->items->rejected++;
}

static Err flags_take(ScanReading *reading, JsonToken token) {
    Str text;
    if (token != JSON_ARRAY_BEGIN) {
        reading->items->rejected++;
        return token == JSON_OBJECT_BEGIN ? json_skip(reading->items->json, reading->diag) : ERR_OK;
    }
    while (true) {
        TRY(json_next(reading->items->json, &token, &text, reading->diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        ItemDraft *draft = reading->draft;
        if (token == JSON_STRING && draft->flag_count < RECORDS_FLAGS_MAX)
            reading->items->flags[draft->flag_count++] =
                (DraftFlag){arena_copy(reading->memory, text), true};
        else if (token == JSON_ARRAY_BEGIN || token == JSON_OBJECT_BEGIN)
            TRY(json_skip(reading->items->json, reading->diag));
    }
}

// One match; its object has begun. The first exact one with a category is what the list claims.
static Err match_take(ScanReading *reading) {
    Category claim = {0};
    bool is_exact = false;
    JsonReader *json = reading->items->json;
    while (true) {
        JsonToken token;
        Str text;
        char key[24] = "";
        TRY(json_next(json, &token, &text, reading->diag));
        if (token == JSON_OBJECT_END)
            break;
        if (text.len < sizeof key) {
            memcpy(key, text.ptr, text.len);
            key[text.len] = '\0';
        }
        TRY(json_next(json, &token, &text, reading->diag));
        if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN)
            TRY(json_skip(json, reading->diag));
        else if (strcmp(key, "kind") == 0)
            is_exact = token == JSON_STRING && str_is(text, "exact");
        else if (strcmp(key, "scheme") == 0)
            text_take(reading, token, text, &claim.scheme);
        else if (strcmp(key, "scheme_version") == 0)
            text_take(reading, token, text, &claim.version);
        else if (strcmp(key, "category") == 0)
            text_take(reading, token, text, &claim.code);
    }
    if (is_exact && claim.code.len > 0 && !reading->has_claim) {
        reading->draft->claimed = claim;
        reading->has_claim = true;
    }
    return ERR_OK;
}

static Err matches_take(ScanReading *reading, JsonToken token) {
    JsonReader *json = reading->items->json;
    if (token != JSON_ARRAY_BEGIN) {
        reading->items->rejected++;
        return token == JSON_OBJECT_BEGIN ? json_skip(json, reading->diag) : ERR_OK;
    }
    while (true) {
        TRY(json_next(json, &token, NULL, reading->diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        if (token == JSON_OBJECT_BEGIN)
            TRY(match_take(reading));
        else if (token == JSON_ARRAY_BEGIN)
            TRY(json_skip(json, reading->diag));
    }
}

static Err member_take(ScanReading *reading, const char *key, JsonToken token, Str text) {
    ItemDraft *draft = reading->draft;
    int64_t number = -1;
    if (strcmp(key, "flags") == 0)
        return flags_take(reading, token);
    if (strcmp(key, "matches") == 0)
        return matches_take(reading, token);
    if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN)
        return json_skip(reading->items->json, reading->diag);
    if (strcmp(key, "path") == 0)
        text_take(reading, token, text, &reading->items->path);
    else if (strcmp(key, "size") == 0)
        number_take(reading, token, text, &draft->size);
    else if (strcmp(key, "media_type") == 0)
        text_take(reading, token, text, &draft->media_type);
    else if (strcmp(key, "width") == 0)
        number_take(reading, token, text, &draft->width);
    else if (strcmp(key, "height") == 0)
        number_take(reading, token, text, &draft->height);
    else if (strcmp(key, "md5") == 0)
        digest_take(reading, token, text, DIGEST_MD5);
    else if (strcmp(key, "sha1") == 0)
        digest_take(reading, token, text, DIGEST_SHA1);
    else if (strcmp(key, "sha256") == 0)
        digest_take(reading, token, text, DIGEST_SHA256);
    else if (strcmp(key, "pdq") == 0)
        draft->has_pdq = token == JSON_STRING && pdq_from_hex(text, &draft->pdq);
    else if (strcmp(key, "class") == 0)
        class_take(reading, token, text);
    else if (strcmp(key, "stack") == 0)
        number_take(reading, token, text, &draft->stack);
    else if (strcmp(key, "quality") == 0) {
        number_take(reading, token, text, &number);
        draft->pdq_quality = number >= 0 && number <= 100 ? (int)number : -1;
    }
    return ERR_OK;
}

static Err item_take(ScanReading *reading) {
    ScanItems *items = reading->items;
    while (true) {
        JsonToken token;
        Str text;
        char key[24] = "";
        TRY(json_next(items->json, &token, &text, reading->diag));
        if (token == JSON_OBJECT_END)
            break;
        if (text.len < sizeof key) {
            memcpy(key, text.ptr, text.len);
            key[text.len] = '\0';
        }
        TRY(json_next(items->json, &token, &text, reading->diag));
        TRY(member_take(reading, key, token, text));
    }
    if (items->path.len > 0) {
        reading->draft->paths = &items->path;
        reading->draft->path_count = 1;
    }
    return arena_err(reading->memory) == ERR_OK
               ? ERR_OK
               : diag_set(reading->diag, arena_err(reading->memory),
                          N_("There is not enough memory."));
}

Err scan_items_next(ScanItems *items, Arena *memory, ItemDraft *ret, bool *ret_has, Diag *diag) {
    JsonToken token = JSON_ARRAY_END;
    ItemDraft draft = {.pdq_quality = -1,
                       .size = -1,
                       .width = -1,
                       .height = -1,
                       .frames = -1,
                       .class = ITEM_UNKNOWN,
                       .flags = items->flags};
    ScanReading reading = {.items = items, .memory = memory, .draft = &draft, .diag = diag};
    items->path = (Str){0};
    while (items->is_in_items) {
        TRY(json_next(items->json, &token, NULL, diag));
        if (token == JSON_OBJECT_BEGIN)
            break;
        if (token == JSON_ARRAY_BEGIN) {
            items->rejected++;
            TRY(json_skip(items->json, diag));
        } else if (token == JSON_ARRAY_END) {
            items->is_in_items = false;
        }
    }
    *ret_has = items->is_in_items;
    if (!items->is_in_items)
        return ERR_OK;
    TRY(item_take(&reading));
    *ret = draft;
    return ERR_OK;
}
