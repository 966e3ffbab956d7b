// One Media object of a VICS document to one row.
#include "format/vics.h"

#include "base/utf8.h"
#include "format/date.h"
#include "format/scheme.h"
#include "format/vics_members.h"

bool vics_is_media_key(Str key) {
    return vics_member_level(vics_member_find(key)) == VICS_LEVEL_MEDIA;
}

JsonGuess vics_object_guess(Str first_key, Str second_key) {
    VicsMember first = vics_member_find(first_key), second = vics_member_find(second_key);
    switch (vics_member_level(first)) {
    case VICS_LEVEL_MEDIA:
        return vics_member_level(second) == VICS_LEVEL_INNER ? JSON_IS_INNER : JSON_IS_ELEMENT;
    case VICS_LEVEL_INNER:
        return JSON_IS_INNER;
    case VICS_LEVEL_CASE:
        return JSON_IS_ELEMENT;
    case VICS_LEVEL_UNKNOWN:
        // "MediaFiles@odata.navigationLinkUrl" and its like link a Media object to what it holds.
        return str_has_suffix(first_key, STR("@odata.navigationLinkUrl")) ? JSON_IS_ELEMENT
                                                                          : JSON_IS_UNKNOWN;
    case VICS_LEVEL_SHARED:
        break;
    }
    VicsLevel level = vics_member_level(second);
    if (level == VICS_LEVEL_INNER)
        return JSON_IS_INNER;
    if (level == VICS_LEVEL_MEDIA || level == VICS_LEVEL_CASE)
        return JSON_IS_ELEMENT;
    // MD5 then Category opens a Media object; Segments name their index first.
    return first == VICS_MD5 && second == VICS_CATEGORY ? JSON_IS_ELEMENT : JSON_IS_UNKNOWN;
}

Err vics_value(VicsRecord *record, JsonToken *ret_token, Str *ret_text, Diag *diag) {
    Err err = json_next(record->json, ret_token, ret_text, diag);
    if (err != ERR_LIMIT || json_has_failed(record->json, NULL))
        return err;
    row_reject(&record->reader->row, REJECT_BAD_TEXT, (int64_t)json_offset(record->json));
    *ret_token = JSON_NULL;
    *ret_text = (Str){0};
    return ERR_OK;
}

static int64_t here(const VicsRecord *record) {
    return (int64_t)json_offset(record->json);
}

// A scalar as text: what true, false and numbers are written as; empty for null. *ret_is_scalar is
// false for an object or array, which is passed over.
static Err text_value(VicsRecord *record, Str *ret, bool *ret_is_scalar, Diag *diag) {
    JsonToken token;
    Str text = {0};
    TRY(vics_value(record, &token, &text, diag));
    *ret_is_scalar = true;
    if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN) {
        *ret_is_scalar = false;
        TRY(json_skip(record->json, diag));
        text = (Str){0};
    } else if (token == JSON_TRUE) {
        text = STR("true");
    } else if (token == JSON_FALSE) {
        text = STR("false");
    }
    *ret = text;
    return ERR_OK;
}

// What one-word values (hashes, flags, numbers) may carry around them after repairs.
static Str word(Str text) {
    text = str_trim(text);
    while (text.len > 0 && text.ptr[text.len - 1] == '"')
        text.len--;
    while (text.len > 0 && text.ptr[0] == '"')
        text = str_from_index(text, 1);
    return str_trim(text);
}

static void copy_bounded(char *to, size_t capacity, size_t *ret_length, Str text) {
    *ret_length = text.len < capacity ? text.len : capacity;
    if (*ret_length > 0 && text.ptr != NULL)
        memcpy(to, text.ptr, *ret_length);
}

void vics_issuer_set(VicsRecord *record, Str name) {
    copy_bounded(record->issuer, utf8_cut(name, VICS_ISSUER_MAX), &record->issuer_length, name);
}

static void path_set(VicsRecord *record, Str text) {
    // The path names the exporter's copy; nothing here ever opens it.
    if (path_leads_out(text, true))
        row_reject(&record->reader->row, REJECT_BAD_PATH, here(record));
    copy_bounded(record->relative_path, sizeof record->relative_path, &record->relative_path_length,
                 text);
}

static void updated_set(Row *row, Str text, int64_t offset) {
    DateTime date;
    if (str_trim(text).len > 0 && !date_parse(text, &date))
        row_reject(row, REJECT_BAD_DATE, offset);
    row->entry.updated = row_text(row, text, offset);
}

static void category_set(VicsRecord *record, Str text) {
    text = word(text);
    if (str_equal_ascii_nocase(text, STR("null")))
        text = STR("");
    if (text.len > sizeof record->category) {
        row_reject(&record->reader->row, REJECT_BAD_CATEGORY, here(record));
        return;
    }
    record->category_offset = here(record);
    copy_bounded(record->category, sizeof record->category, &record->category_length, text);
}

// A second, different MD5 says that two records ran into one.
static void md5_set(VicsRecord *record, Str text, int64_t offset) {
    ListEntry *entry = &record->reader->row.entry;
    uint8_t before[sizeof entry->md5];
    memcpy(before, entry->md5, sizeof before);
    bool had = (entry->has & ENTRY_MD5) != 0;
    entry->has &= ~(unsigned)ENTRY_MD5;
    row_md5(&record->reader->row, text, offset);
    bool is_same =
        had && (entry->has & ENTRY_MD5) != 0 && memcmp(before, entry->md5, sizeof before) == 0;
    record->is_merged |= record->has_md5 && !is_same;
    record->has_md5 = true;
}

// A member of the Media object whose value is a scalar; `text` is empty for null.
static void scalar_set(VicsRecord *record, VicsMember member, Str text) {
    Row *row = &record->reader->row;
    ListEntry *entry = &row->entry;
    int64_t offset = here(record);
    switch (member) {
    case VICS_MEDIA_ID:
        record->is_merged |= entry->id.len > 0 && !str_equal(entry->id, word(text));
        entry->id = row_text(row, word(text), offset);
        break;
    case VICS_CATEGORY:
        category_set(record, text);
        break;
    case VICS_MD5:
        md5_set(record, word(text), offset);
        break;
    case VICS_SHA1:
        row_sha1(row, word(text), offset);
        break;
    case VICS_SHA256:
        row_sha256(row, word(text), offset);
        break;
    case VICS_PDQ:
        row_pdq(row, word(text), PDQ_QUALITY_UNKNOWN, offset);
        break;
    case VICS_PHOTODNA:
        row_photodna(row, word(text), offset);
        break;
    case VICS_VICTIM:
        row_flag(row, &entry->victim_identified, word(text), offset);
        break;
    case VICS_OFFENDER:
        row_flag(row, &entry->offender_identified, word(text), offset);
        break;
    case VICS_DISTRIBUTED:
        row_flag(row, &entry->is_distributed, word(text), offset);
        break;
    case VICS_SUSPECTED:
        row_flag(row, &entry->is_suspected, word(text), offset);
        break;
    case VICS_SELF_GENERATED:
        row_flag(row, &entry->is_self_generated, word(text), offset);
        break;
    case VICS_SERIES:
        entry->series = row_text(row, str_trim(text), offset);
        break;
    case VICS_SIZE:
        row_size(row, word(text), offset);
        break;
    case VICS_MIME:
        entry->media_type = row_text(row, str_trim(text), offset);
        break;
    case VICS_RELATIVE_PATH:
        path_set(record, text);
        break;
    case VICS_UPDATED:
        updated_set(row, text, offset);
        break;
    default:
        break;
    }
}

static bool is_wanted_scalar(VicsMember member) {
    switch (member) {
    case VICS_MEDIA_ID:
    case VICS_CATEGORY:
    case VICS_MD5:
    case VICS_SHA1:
    case VICS_SHA256:
    case VICS_PDQ:
    case VICS_PHOTODNA:
    case VICS_VICTIM:
    case VICS_OFFENDER:
    case VICS_DISTRIBUTED:
    case VICS_SUSPECTED:
    case VICS_SELF_GENERATED:
    case VICS_SERIES:
    case VICS_SIZE:
    case VICS_MIME:
    case VICS_RELATIVE_PATH:
    case VICS_UPDATED:
        return true;
    default:
        return false;
    }
}

// One object of MediaFiles, AlternativeHashes, Exifs or MediaMetadata: its members, as text copied
// into the row or, for long-lived hash values, a bounded buffer.
typedef struct Inner {
    EntryLocation location;
    Str name, value; // of a hash or property
    int64_t name_offset, value_offset;
    bool is_too_long;
} Inner;

static bool is_vpdq(Str name) {
    return str_equal_ascii_nocase(name, STR("vPDQ"));
}

static void inner_set(VicsRecord *record, Inner *inner, VicsMember member, Str text) {
    Row *row = &record->reader->row;
    int64_t offset = here(record);
    switch (member) {
    case VICS_FILE_NAME:
        inner->location.name = row_text(row, text, offset);
        break;
    case VICS_FILE_PATH:
        inner->location.path = row_text(row, text, offset);
        break;
    case VICS_SOURCE_ID:
        inner->location.source_id = row_text(row, text, offset);
        break;
    case VICS_UNALLOCATED:
        row_flag(row, &inner->location.is_unallocated, word(text), offset);
        break;
    case VICS_DELETED:
        row_flag(row, &inner->location.is_deleted, word(text), offset);
        break;
    case VICS_HASH_NAME:
    case VICS_PROPERTY_NAME:
        inner->name = row_text(row, str_trim(text), offset);
        inner->name_offset = offset;
        break;
    case VICS_HASH_VALUE:
    case VICS_PROPERTY_VALUE:
        inner->is_too_long = text.len > (is_vpdq(inner->name) ? VICS_VPDQ_MAX : VICS_VALUE_MAX);
        inner->value = row_text(row, str_of(text.ptr, inner->is_too_long ? 0 : text.len), offset);
        inner->value_offset = offset;
        break;
    default:
        break;
    }
}

// A step up from anywhere is worth a warning; drive letters are usual in paths of evidence.
static bool has_step_up(Str path) {
    return path_leads_out(path, false) &&
           !(path.len > 2 && path.ptr[1] == ':' && !path_leads_out(str_from_index(path, 2), false));
}

static void location_put(VicsRecord *record, const Inner *inner, int64_t offset) {
    Row *row = &record->reader->row;
    const EntryLocation *location = &inner->location;
    if (location->name.len == 0 && location->path.len == 0 && location->source_id.len == 0)
        return;
    if (has_step_up(location->path) || has_step_up(location->name))
        row_reject(row, REJECT_BAD_PATH, offset);
    row_location_add(row, location);
}

static void hash_put(VicsRecord *record, const Inner *inner) {
    Row *row = &record->reader->row;
    Str value = word(inner->value);
    int64_t offset = inner->value_offset;
    if (inner->is_too_long)
        row_reject(row, REJECT_BAD_HASH, offset);
    else if (is_vpdq(inner->name))
        row_video(row, inner->value, offset);
    else if (str_equal_ascii_nocase(inner->name, STR("PhotoDNA")))
        row_photodna(row, value, offset);
    else if (str_equal_ascii_nocase(inner->name, STR("PDQ")))
        row_pdq(row, value, PDQ_QUALITY_UNKNOWN, offset);
    else if (str_equal_ascii_nocase(inner->name, STR("SHA256")) ||
             str_equal_ascii_nocase(inner->name, STR("SHA-256")))
        row_sha256(row, value, offset);
    else if (str_equal_ascii_nocase(inner->name, STR("SHA1")) ||
             str_equal_ascii_nocase(inner->name, STR("SHA-1")))
        row_sha1(row, value, offset);
}

static bool is_inner_wanted(VicsMember array, VicsMember member) {
    switch (member) {
    case VICS_FILE_NAME:
    case VICS_FILE_PATH:
    case VICS_SOURCE_ID:
    case VICS_UNALLOCATED:
    case VICS_DELETED:
        return array == VICS_MEDIA_FILES;
    case VICS_HASH_NAME:
    case VICS_HASH_VALUE:
        return array == VICS_ALTERNATIVE_HASHES;
    case VICS_PROPERTY_NAME:
    case VICS_PROPERTY_VALUE:
        return array == VICS_EXIFS || array == VICS_MEDIA_METADATA;
    default:
        return false;
    }
}

static Err inner_object_read(VicsRecord *record, VicsMember array, Diag *diag) {
    Inner inner = {.value_offset = here(record)};
    int media_members = 0, inner_members = 0;
    int64_t offset = here(record);
    for (;;) {
        JsonToken token;
        Str text;
        TRY(vics_value(record, &token, &text, diag));
        if (token != JSON_KEY)
            break;
        VicsMember member = vics_member_find(text);
        media_members += vics_member_level(member) == VICS_LEVEL_MEDIA;
        inner_members += vics_member_level(member) == VICS_LEVEL_INNER;
        if (is_inner_wanted(array, member)) {
            bool is_scalar;
            TRY(text_value(record, &text, &is_scalar, diag));
            inner_set(record, &inner, member, text);
        } else {
            TRY(json_skip(record->json, diag));
        }
    }
    // A Media object stood here: the brackets that closed its elder were lost.
    if (media_members >= 2 && inner_members == 0)
        return json_reject(record->json, diag);
    if (array == VICS_MEDIA_FILES)
        location_put(record, &inner, offset);
    else if (array == VICS_ALTERNATIVE_HASHES)
        hash_put(record, &inner);
    else
        vics_facts_put(&record->facts, &record->reader->row, inner.name, inner.value,
                       inner.value_offset);
    return ERR_OK;
}

static Err inner_array_read(VicsRecord *record, VicsMember array, Diag *diag) {
    JsonToken token;
    Str text;
    TRY(vics_value(record, &token, &text, diag));
    if (token != JSON_ARRAY_BEGIN)
        return json_skip(record->json, diag);
    for (;;) {
        TRY(vics_value(record, &token, &text, diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        if (token == JSON_OBJECT_BEGIN)
            TRY(inner_object_read(record, array, diag));
        else
            TRY(json_skip(record->json, diag));
    }
}

static void record_begin(VicsRecord *record) {
    row_begin(&record->reader->row, record->offset);
    vics_facts_begin(&record->facts);
    record->category_length = 0;
    record->category_offset = record->offset;
    record->relative_path_length = 0;
    record->is_merged = record->has_md5 = false;
    record->is_begun = true;
}

static void record_end(VicsRecord *record) {
    Row *row = &record->reader->row;
    const VicsEnvelope *envelope = record->envelope;
    Str category = str_of(record->category, record->category_length);
    Str scheme = str_from(envelope->scheme), version = str_from(envelope->version);
    // The known-good set for CAID is VICS 1.2 with a number of its own.
    if (envelope->kind == FORMAT_VICS12 && str_is(category, "8") &&
        record->reader->input.scheme.len == 0) {
        scheme = STR("nist-caid");
        row->entry.has |= ENTRY_KNOWN_GOOD;
    }
    row_category(row, &record->reader->input, scheme, version, category, record->category_offset);
    row->entry.issuer = str_of(record->issuer, record->issuer_length);
    vics_facts_end(&record->facts, row);
    if (row->locations.len == 0 && record->relative_path_length > 0) {
        Str path = str_of(record->relative_path, record->relative_path_length);
        size_t name = path.len;
        while (name > 0 && path.ptr[name - 1] != '\\' && path.ptr[name - 1] != '/')
            name--;
        path = row_text(row, path, record->offset);
        row_location_add(row, &(EntryLocation){.name = str_from_index(path, name), .path = path});
    }
    uint64_t repair_offset, repairs = json_repairs(record->json, &repair_offset);
    if (repairs != record->repairs)
        row_reject(row, REJECT_BAD_TEXT, (int64_t)repair_offset);
    record->repairs = repairs;
    // Two records that lost the braces between them: nobody can say what belongs to which hash.
    if (record->is_merged)
        row_drop(row, REJECT_DAMAGED, record->offset);
}

static Err member_read(VicsRecord *record, VicsMember member, Diag *diag) {
    VicsLevel level = vics_member_level(member);
    bool is_scalar_wanted = is_wanted_scalar(member);
    if (!record->is_begun && (level == VICS_LEVEL_MEDIA || is_scalar_wanted))
        record_begin(record);
    if (!record->is_certain && (level == VICS_LEVEL_MEDIA || member == VICS_MD5)) {
        record->is_certain = true;
        json_elements_at(record->json, record->list_depth);
    }
    if (is_scalar_wanted) {
        Str text;
        bool is_scalar;
        TRY(text_value(record, &text, &is_scalar, diag));
        if (is_scalar)
            scalar_set(record, member, text);
        return ERR_OK;
    }
    if (member == VICS_CONTACT_ORGANIZATION && !record->is_begun) {
        Str text;
        bool is_scalar;
        TRY(text_value(record, &text, &is_scalar, diag));
        record->has_issuer = true;
        vics_issuer_set(record, text);
        return ERR_OK;
    }
    if (member == VICS_MEDIA_FILES || member == VICS_ALTERNATIVE_HASHES || member == VICS_EXIFS ||
        member == VICS_MEDIA_METADATA)
        return inner_array_read(record, member, diag);
    return json_skip(record->json, diag);
}

Err vics_record_read(VicsRecord *record, Diag *diag) {
    record->is_begun = record->has_media = record->has_issuer = record->is_certain = false;
    record->offset = here(record);
    record->first_key_length = 0;
    for (;;) {
        JsonToken token;
        Str text;
        TRY(vics_value(record, &token, &text, diag));
        if (token != JSON_KEY)
            break;
        if (record->first_key_length == 0)
            copy_bounded(record->first_key, sizeof record->first_key, &record->first_key_length,
                         text);
        VicsMember member = vics_member_find(text);
        if (member == VICS_MEDIA && !record->is_certain) {
            TRY(vics_value(record, &token, &text, diag));
            if (token == JSON_ARRAY_BEGIN) {
                record->has_media = true;
                // Members that cases have too were no record after all.
                if (record->is_begun)
                    row_cancel(&record->reader->row);
                record->is_begun = false;
                if (!record->has_issuer)
                    record->issuer_length = 0;
                return ERR_OK;
            }
            TRY(json_skip(record->json, diag));
            continue;
        }
        TRY(member_read(record, member, diag));
    }
    if (record->is_begun)
        record_end(record);
    return ERR_OK;
}
