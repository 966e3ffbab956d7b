// What a content says (the envelope) and shows (the names of its members) of being VICS.
#include "format/vics.h"

#include "format/limits.h"

enum { PROBE_TOKENS = 4000 };

bool vics_is_envelope_key(Str key) {
    return str_is(key, "@odata.context") || str_is(key, "odata.metadata") ||
           str_is(key, "odata.context") || str_is(key, "@odata.metadata");
}

static void scheme_set(VicsEnvelope *envelope, Str region) {
    static const Str US = STR("US");
    size_t n = 0;
    if (str_equal_ascii_nocase(region, US)) {
        memcpy(envelope->scheme, "vic-us", sizeof "vic-us");
        return;
    }
    if (region.len == 0 || region.len > 32)
        return;
    memcpy(envelope->scheme, "vics-", 5);
    for (n = 0; n < region.len; n++) {
        char c = region.ptr[n];
        bool is_upper = c >= 'A' && c <= 'Z';
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        envelope->scheme[5 + n] = is_upper ? (char)(c | 0x20) : is_plain ? c : '-';
    }
    envelope->scheme[5 + n] = '\0';
}

bool vics_envelope_parse(Str context, VicsEnvelope *ret) {
    VicsEnvelope envelope = {.is_found = true};
    ptrdiff_t model = str_find(context, STR("DataModels/"));
    if (model < 0)
        return false;
    Str rest = str_from_index(context, (size_t)model + sizeof "DataModels/" - 1);
    ptrdiff_t xml = str_find(rest, STR(".xml"));
    if (xml < 0)
        return false;
    Str version = {rest.ptr, (size_t)xml};
    rest = str_from_index(rest, (size_t)xml + 4);
    ptrdiff_t hash = str_find_byte(rest, '#');
    Str set = hash < 0 ? STR("") : str_from_index(rest, (size_t)hash + 1);
    envelope.is_case = str_has_prefix(set, STR("Cases"));
    if (str_has_prefix(version, STR("1."))) {
        bool is_12 = str_is(version, "1.2"), is_11 = str_is(version, "1.1");
        envelope.kind = is_11 ? FORMAT_VICS11 : is_12 ? FORMAT_VICS12 : FORMAT_VICS13;
        envelope.version = is_11 ? "1.1" : is_12 ? "1.2" : "1.3";
        memcpy(envelope.scheme, "vic-us-legacy", sizeof "vic-us-legacy");
    } else {
        envelope.kind = FORMAT_VICS20;
        envelope.version = "2.0";
        Str region = {0}, after;
        if (rest.len > 0 && rest.ptr[0] == '/')
            str_cut(str_from_index(rest, 1), '/', &region, &after);
        scheme_set(&envelope, region);
    }
    *ret = envelope;
    return true;
}

bool vics_envelope_find(Str text, VicsEnvelope *ret) {
    ptrdiff_t model = str_find(text, STR("DataModels/"));
    if (model < 0)
        return false;
    Str rest = str_from_index(text, (size_t)model);
    ptrdiff_t end = str_find_byte(rest, '"');
    return end >= 0 && vics_envelope_parse(str_of(rest.ptr, (size_t)end), ret);
}

typedef struct Shape {
    int media_keys; // names that only Media objects have
    bool has_array, has_md5, has_media_array, has_old_odata;
} Shape;

// Counts telling names wherever they stand among the first tokens.
static void shape_read(JsonReader *json, Shape *shape, VicsEnvelope *envelope) {
    JsonToken token = JSON_NULL;
    bool is_envelope = false, is_media = false;
    for (int i = 0; i < PROBE_TOKENS && token != JSON_END; i++) {
        Str text;
        Err err = json_next(json, &token, &text, NULL);
        bool has_more = false;
        if (err != ERR_OK) {
            int depth = json_depth(json) > 1 ? 2 : 1;
            if (json_has_failed(json, NULL) &&
                (json_resume(json, depth, &has_more, NULL) != ERR_OK || !has_more))
                return;
            continue;
        }
        if (is_envelope && token == JSON_STRING)
            vics_envelope_parse(text, envelope);
        shape->has_array |= token == JSON_ARRAY_BEGIN;
        if (is_media && token == JSON_ARRAY_BEGIN)
            shape->has_media_array = true;
        is_envelope = is_media = false;
        if (token != JSON_KEY)
            continue;
        is_envelope = !envelope->is_found && vics_is_envelope_key(text);
        is_media = str_is(text, "Media");
        shape->media_keys += vics_is_media_key(text);
        shape->has_md5 |= str_is(text, "MD5");
        shape->has_old_odata |=
            str_is(text, "odata.id") || str_has_suffix(text, STR("@odata.navigationLinkUrl"));
    }
}

int vics_shape_detect(Str window, VicsEnvelope *ret) {
    MemorySource source;
    memory_source_init(&source, window, STR(""));
    JsonOptions options = {.is_tolerant = true};
    _cleanup_(json_reader_freep) JsonReader *json = NULL;
    if (json_reader_new(&source.source, &options, &json) != ERR_OK)
        return DRIVER_NO;
    JsonToken token;
    VicsEnvelope envelope = {0};
    Shape shape = {0};
    if (json_next(json, &token, NULL, NULL) != ERR_OK ||
        (token != JSON_OBJECT_BEGIN && token != JSON_ARRAY_BEGIN))
        return DRIVER_NO;
    bool is_array = token == JSON_ARRAY_BEGIN;
    shape_read(json, &shape, &envelope);
    if (envelope.is_found) {
        *ret = envelope;
        return DRIVER_CERTAIN;
    }
    // Objects of hashes, one a line, are another format: without an envelope a list has to show.
    shape.has_array |= is_array;
    if (!shape.has_array || shape.media_keys == 0 || (shape.media_keys == 1 && !shape.has_md5))
        return DRIVER_NO;
    *ret = (VicsEnvelope){.kind = shape.has_old_odata ? FORMAT_VICS13 : FORMAT_VICS20,
                          .is_case = shape.has_media_array,
                          .version = ""};
    return DRIVER_LIKELY;
}
