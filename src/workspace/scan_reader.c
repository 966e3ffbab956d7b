// The reader of scan results: what scan_json.c writes, read back by a pull parser.
#include "workspace/scan_reader.h"

#include <stdlib.h>

#include "base/encoding.h"
#include "format/json.h"

enum { TEXT_MAX_ = 64 << 10, SCAN_FLAGS_MAX = 8, CATEGORY_MAX = 256 };

// The texts of one item.
typedef enum Text {
    TEXT_PATH,
    TEXT_MEDIA_TYPE,
    TEXT_CLASS,
    TEXT_SCHEME,
    TEXT_VERSION,
    TEXT_CODE,
    TEXT_KIND,
    TEXT_FLAG,
    TEXT_COUNT = TEXT_FLAG + SCAN_FLAGS_MAX
} Text;

struct ScanReader {
    JsonReader *json;
    bool is_inside, is_over;
    StrBuf texts[TEXT_COUNT];
    Str path;
    DraftFlag flags[SCAN_FLAGS_MAX];
};

bool scan_reader_fits(Str beginning) {
    return str_has_prefix(beginning, STR("{\"seventh\":\"scan\""));
}

Err scan_reader_new(ByteSource *source, ScanReader **ret, Diag *diag) {
    ScanReader _cleanup_(scan_reader_freep) *reader = calloc(1, sizeof *reader);
    JsonOptions options = {0};
    if (reader == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < TEXT_COUNT; i++)
        reader->texts[i] = STRBUF(TEXT_MAX_);
    Err err = json_reader_new(source, &options, &reader->json);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    *ret = TAKE(reader);
    return ERR_OK;
}

void scan_reader_free(ScanReader *reader) {
    if (reader == NULL)
        return;
    json_reader_free(reader->json);
    for (int i = 0; i < TEXT_COUNT; i++)
        strbuf_done(&reader->texts[i]);
    free(reader);
}

static Err not_a_scan(Diag *diag) {
    return diag_set(diag, ERR_SYNTAX, N_("The file is not the result of a scan."));
}

static Err expect(ScanReader *reader, JsonToken wanted, Diag *diag) {
    JsonToken token;
    TRY(json_next(reader->json, &token, NULL, diag));
    return token == wanted ? ERR_OK : not_a_scan(diag);
}

// Past everything before the items.
static Err items_find(ScanReader *reader, Diag *diag) {
    JsonToken token;
    Str key;
    TRY(expect(reader, JSON_OBJECT_BEGIN, diag));
    for (;;) {
        TRY(json_next(reader->json, &token, &key, diag));
        if (token != JSON_KEY)
            return not_a_scan(diag);
        if (str_is(key, "items"))
            break;
        TRY(json_skip(reader->json, diag));
    }
    reader->is_inside = true;
    return expect(reader, JSON_ARRAY_BEGIN, diag);
}

// A string, or nothing for null.
static Err text_read(ScanReader *reader, StrBuf *ret, Diag *diag) {
    JsonToken token;
    Str value;
    TRY(json_next(reader->json, &token, &value, diag));
    strbuf_clear(ret);
    if (token == JSON_NULL)
        return ERR_OK;
    if (token != JSON_STRING)
        return not_a_scan(diag);
    strbuf_put(ret, value);
    if (strbuf_err(ret) != ERR_OK)
        return diag_set(diag, strbuf_err(ret), N_("A text in the file is too long."));
    return ERR_OK;
}

static Err number_read(ScanReader *reader, int64_t *ret, Diag *diag) {
    JsonToken token;
    Str value;
    TRY(json_next(reader->json, &token, &value, diag));
    if (token == JSON_NULL)
        return ERR_OK;
    int64_t number;
    if (token != JSON_NUMBER || !str_to_i64(value, &number) || number < 0)
        return not_a_scan(diag);
    *ret = number;
    return ERR_OK;
}

static Err hex_read(ScanReader *reader, uint8_t *ret, size_t size, Diag *diag) {
    JsonToken token;
    Str value;
    TRY(json_next(reader->json, &token, &value, diag));
    return token == JSON_STRING && value.len == 2 * size && hex_decode(value, ret, size)
               ? ERR_OK
               : not_a_scan(diag);
}

static Err flags_read(ScanReader *reader, ItemDraft *draft, Diag *diag) {
    JsonToken token;
    Str value;
    TRY(expect(reader, JSON_ARRAY_BEGIN, diag));
    for (;;) {
        TRY(json_next(reader->json, &token, &value, diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        if (token != JSON_STRING)
            return not_a_scan(diag);
        if (draft->flag_count >= SCAN_FLAGS_MAX)
            continue;
        StrBuf *text = &reader->texts[TEXT_FLAG + draft->flag_count];
        strbuf_clear(text);
        strbuf_put(text, value);
        TRY(strbuf_err(text));
        reader->flags[draft->flag_count++] = (DraftFlag){strbuf_str(text), true};
    }
}

// The category of the first exact match. A near one is no verdict.
static Err match_read(ScanReader *reader, bool *io_has, Diag *diag) {
    JsonToken token;
    Str key;
    _cleanup_strbuf_ StrBuf scheme = STRBUF(CATEGORY_MAX), version = STRBUF(CATEGORY_MAX),
                            code = STRBUF(CATEGORY_MAX);
    for (;;) {
        TRY(json_next(reader->json, &token, &key, diag));
        if (token == JSON_OBJECT_END)
            break;
        if (token != JSON_KEY)
            return not_a_scan(diag);
        if (str_is(key, "kind"))
            TRY(text_read(reader, &reader->texts[TEXT_KIND], diag));
        else if (str_is(key, "scheme"))
            TRY(text_read(reader, &scheme, diag));
        else if (str_is(key, "scheme_version"))
            TRY(text_read(reader, &version, diag));
        else if (str_is(key, "category"))
            TRY(text_read(reader, &code, diag));
        else
            TRY(json_skip(reader->json, diag));
    }
    if (*io_has || code.len == 0 || !str_is(strbuf_str(&reader->texts[TEXT_KIND]), "exact"))
        return ERR_OK;
    *io_has = true;
    strbuf_put(&reader->texts[TEXT_SCHEME], strbuf_str(&scheme));
    strbuf_put(&reader->texts[TEXT_VERSION], strbuf_str(&version));
    strbuf_put(&reader->texts[TEXT_CODE], strbuf_str(&code));
    return ERR_OK;
}

static Err matches_read(ScanReader *reader, ItemDraft *draft, Diag *diag) {
    JsonToken token;
    bool has_category = false;
    TRY(expect(reader, JSON_ARRAY_BEGIN, diag));
    for (;;) {
        TRY(json_next(reader->json, &token, NULL, diag));
        if (token == JSON_ARRAY_END)
            break;
        if (token != JSON_OBJECT_BEGIN)
            return not_a_scan(diag);
        TRY(match_read(reader, &has_category, diag));
    }
    if (has_category)
        draft->claimed = (Category){strbuf_str(&reader->texts[TEXT_SCHEME]),
                                    strbuf_str(&reader->texts[TEXT_VERSION]),
                                    strbuf_str(&reader->texts[TEXT_CODE])};
    return ERR_OK;
}

static Err digest_read(ScanReader *reader, DigestKind kind, ItemDraft *draft, Diag *diag) {
    uint8_t *const bytes[DIGEST_KINDS] = {draft->digests.md5, draft->digests.sha1,
                                          draft->digests.sha256};
    TRY(hex_read(reader, bytes[kind], digest_size(kind), diag));
    draft->digests.has |= 1u << kind;
    return ERR_OK;
}

static Err member_read(ScanReader *reader, Str key, ItemDraft *draft, Diag *diag) {
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if (str_is(key, digest_name(kind)))
            return digest_read(reader, kind, draft, diag);
    if (str_is(key, "path"))
        return text_read(reader, &reader->texts[TEXT_PATH], diag);
    if (str_is(key, "media_type"))
        return text_read(reader, &reader->texts[TEXT_MEDIA_TYPE], diag);
    if (str_is(key, "class"))
        return text_read(reader, &reader->texts[TEXT_CLASS], diag);
    if (str_is(key, "size"))
        return number_read(reader, &draft->size, diag);
    if (str_is(key, "width"))
        return number_read(reader, &draft->width, diag);
    if (str_is(key, "height"))
        return number_read(reader, &draft->height, diag);
    if (str_is(key, "stack"))
        return number_read(reader, &draft->stack, diag);
    if (str_is(key, "pdq")) {
        draft->has_pdq = true;
        return hex_read(reader, draft->pdq.bytes, PDQ_BYTES, diag);
    }
    if (str_is(key, "quality")) {
        int64_t quality = -1;
        TRY(number_read(reader, &quality, diag));
        draft->pdq_quality = quality > 100 ? -1 : (int)quality;
        return ERR_OK;
    }
    if (str_is(key, "flags"))
        return flags_read(reader, draft, diag);
    if (str_is(key, "matches"))
        return matches_read(reader, draft, diag);
    return json_skip(reader->json, diag);
}

static ItemClass class_of(Str identifier) {
    ItemClass class;
    if (str_is(identifier, "probably-known"))
        return ITEM_NEAR;
    return item_class_find(identifier, &class) ? class : ITEM_UNKNOWN;
}

Err scan_reader_next(ScanReader *reader, ItemDraft *ret, bool *ret_has, Diag *diag) {
    JsonToken token;
    Str key;
    ItemDraft draft = {.pdq_quality = -1,
                       .size = -1,
                       .width = -1,
                       .height = -1,
                       .frames = -1,
                       .flags = reader->flags,
                       .paths = &reader->path};
    for (int i = 0; i < TEXT_COUNT; i++)
        strbuf_clear(&reader->texts[i]);
    if (!reader->is_inside)
        TRY(items_find(reader, diag));
    if (!reader->is_over) {
        TRY(json_next(reader->json, &token, NULL, diag));
        if (token != JSON_ARRAY_END && token != JSON_OBJECT_BEGIN)
            return not_a_scan(diag);
        reader->is_over = token == JSON_ARRAY_END;
    }
    *ret_has = !reader->is_over;
    if (reader->is_over)
        return ERR_OK;
    for (;;) {
        TRY(json_next(reader->json, &token, &key, diag));
        if (token == JSON_OBJECT_END)
            break;
        if (token != JSON_KEY)
            return not_a_scan(diag);
        TRY(member_read(reader, key, &draft, diag));
    }
    draft.class = class_of(strbuf_str(&reader->texts[TEXT_CLASS]));
    draft.media_type = strbuf_str(&reader->texts[TEXT_MEDIA_TYPE]);
    reader->path = strbuf_str(&reader->texts[TEXT_PATH]);
    draft.path_count = reader->path.len > 0;
    *ret = draft;
    return ERR_OK;
}
