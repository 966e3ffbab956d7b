// VICS 2.0 out: a hash set, or a case with the places of its files.
//
// A category number is written only where it means the same to the reader: for the scheme vic-us,
// and for vic-us-legacy translated as the field did when it swapped 0 and 5. Any other scheme's
// category becomes null, and scheme and code go to Tags: never a wrong number.
#include "base/clock.h"
#include "base/encoding.h"
#include "format/date.h"
#include "format/vics.h"
#include "format/writer_driver.h"

static const char CONTEXT[] =
    "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#";

static void line_end(FormatWriter *writer) {
    strbuf_put_byte(writer->out, '\n');
}

static void key_text(JsonWriter *json, const char *key, Str value) {
    json_key(json, key);
    if (value.len == 0)
        json_null(json);
    else
        json_str(json, value);
}

static void key_flag(JsonWriter *json, const char *key, Tri value) {
    if (value == TRI_UNKNOWN)
        return;
    json_key(json, key);
    json_text(json, value == TRI_YES ? "true" : "false"); // text, as the field writes them
}

static void upper_hex(JsonWriter *json, const char *key, const uint8_t *bytes, size_t n) {
    char hex[2 * 32 + 1];
    hex_encode(bytes, n, hex);
    for (char *c = hex; *c != '\0'; c++)
        if (*c >= 'a')
            *c = (char)(*c - 'a' + 'A');
    json_key(json, key);
    json_text(json, hex);
}

// FNV-1a, twice with different beginnings: a name for the case, not a secret.
static void case_id_put(JsonWriter *json, const FormatWriter *writer) {
    const ExportCase *head = writer->meta.case_head;
    uint64_t sums[2] = {0xCBF29CE484222325u, 0x84222325CBF29CE4u};
    uint8_t bytes[16];
    char hex[33], guid[37];
    for (int i = 0; i < 2; i++) {
        Str number = head == NULL ? writer->meta.name : head->number;
        for (size_t j = 0; j < number.len; j++)
            sums[i] = (sums[i] ^ (uint8_t)number.ptr[j]) * 0x100000001B3u;
        for (int j = 0; j < 8; j++)
            sums[i] = (sums[i] ^ (uint8_t)((uint64_t)writer->meta.created_ms >> (8 * j))) *
                      0x100000001B3u;
        memcpy(bytes + 8 * i, &sums[i], 8);
    }
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x80); // version 8 of RFC 9562: by its maker's rule
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    hex_encode(bytes, sizeof bytes, hex);
    size_t n = 0;
    for (int i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            guid[n++] = '-';
        guid[n++] = hex[i];
    }
    json_str(json, str_of(guid, n));
}

static void case_begin(FormatWriter *writer) {
    static const ExportCase NONE = {0};
    const ExportCase *head = writer->meta.case_head == NULL ? &NONE : writer->meta.case_head;
    JsonWriter *json = &writer->json;
    json_object_begin(json);
    json_key(json, "CaseID");
    if (head->id.len > 0)
        json_str(json, head->id);
    else
        case_id_put(json, writer);
    key_text(json, "CaseNumber", head->number.len > 0 ? head->number : writer->meta.name);
    key_text(json, "ContactOrganization",
             head->contact_organization.len > 0 ? head->contact_organization : writer->meta.issuer);
    key_text(json, "ContactName", head->contact_name);
    key_text(json, "ContactPhone", head->contact_phone);
    key_text(json, "ContactEmail", head->contact_email);
    key_text(json, "ContactTitle", head->contact_title);
    json_key(json, "SeizureDate");
    json_null(json);
    json_key(json, "SourceApplicationName");
    json_text(json, "Seventh");
    key_text(json, "SourceApplicationVersion", head->application_version);
    json_key(json, "Media");
    json_array_begin(json);
    line_end(writer);
}

static void head_put(FormatWriter *writer, bool is_case) {
    JsonWriter *json = &writer->json;
    writer->is_begun = true;
    writer->is_case = is_case;
    json_object_begin(json);
    char context[sizeof CONTEXT + 8];
    memcpy(context, CONTEXT, sizeof CONTEXT - 1);
    memcpy(context + sizeof CONTEXT - 1, is_case ? "Cases" : "Media", 6);
    json_key(json, "@odata.context");
    json_text(json, context);
    json_key(json, "value");
    json_array_begin(json);
    line_end(writer);
    if (is_case)
        case_begin(writer);
}

static void vics_begin(FormatWriter *writer) {
    if (writer->meta.case_head != NULL)
        head_put(writer, true);
}

// The number to write, or -1 for null. *ret_is_lost when the entry's category was another's.
static int category_number(const ListEntry *entry, bool *ret_is_lost) {
    *ret_is_lost = false;
    if (entry->category.len == 0)
        return -1;
    int number = entry->category.len == 1 ? entry->category.ptr[0] - '0' : -1;
    if (str_is(entry->scheme, "vic-us") && number >= 0 && number <= 4)
        return number;
    if (str_is(entry->scheme, "vic-us-legacy") && number >= 0 && number <= 5)
        return number == 0 ? -1 : number == 5 ? 0 : number;
    *ret_is_lost = true;
    return -1;
}

static void tag_put(StrBuf *tag, Str text) {
    for (size_t i = 0; i < text.len; i++)
        strbuf_put_byte(tag, text.ptr[i] == ',' ? ' ' : text.ptr[i]);
}

static void category_put(FormatWriter *writer, const ListEntry *entry) {
    JsonWriter *json = &writer->json;
    bool is_lost;
    int number = category_number(entry, &is_lost);
    json_key(json, "Category");
    if (number < 0)
        json_null(json);
    else
        json_i64(json, number);
    writer->categorised += number >= 0;
    if (!is_lost)
        return;
    writer->loss.categories++;
    // scheme/version/code, without the comma that separates tags
    _cleanup_strbuf_ StrBuf tag = STRBUF(4096);
    tag_put(&tag, entry->scheme);
    strbuf_put_byte(&tag, '/');
    tag_put(&tag, entry->scheme_version);
    strbuf_put_byte(&tag, '/');
    tag_put(&tag, entry->category);
    if (strbuf_err(&tag) == ERR_OK)
        key_text(json, "Tags", strbuf_str(&tag));
}

static void photodna_put(JsonWriter *json, const uint8_t *photodna) {
    _cleanup_strbuf_ StrBuf text = STRBUF(256);
    base64_put(&text, photodna, PHOTODNA_BYTES);
    if (strbuf_err(&text) == ERR_OK)
        key_text(json, "PhotoDNA", strbuf_str(&text));
}

static void alternative_put(JsonWriter *json, const ListEntry *entry, const char *name,
                            const uint8_t *bytes) {
    json_object_begin(json);
    upper_hex(json, "MD5", entry->md5, sizeof entry->md5);
    json_key(json, "HashName");
    json_text(json, name);
    json_key(json, "HashValue");
    json_hex(json, bytes, 32);
    json_object_end(json);
}

// The format has no place for a video's pictures but a named hash: its text form, as one value.
static void video_put(FormatWriter *writer, const ListEntry *entry) {
    JsonWriter *json = &writer->json;
    _cleanup_strbuf_ StrBuf text = STRBUF(VICS_VPDQ_MAX);
    vpdq_write(&text, entry->frames, entry->frame_count);
    if (strbuf_err(&text) != ERR_OK) {
        writer->loss.hashes++;
        return;
    }
    json_object_begin(json);
    upper_hex(json, "MD5", entry->md5, sizeof entry->md5);
    json_key(json, "HashName");
    json_text(json, "vPDQ");
    json_key(json, "HashValue");
    json_str(json, strbuf_str(&text));
    json_object_end(json);
}

static void alternatives_put(FormatWriter *writer, const ListEntry *entry) {
    JsonWriter *json = &writer->json;
    if ((entry->has & (ENTRY_PDQ | ENTRY_SHA256 | ENTRY_VPDQ)) == 0)
        return;
    json_key(json, "AlternativeHashes");
    json_array_begin(json);
    if ((entry->has & ENTRY_PDQ) != 0)
        alternative_put(json, entry, "PDQ", entry->pdq.bytes);
    if ((entry->has & ENTRY_SHA256) != 0)
        alternative_put(json, entry, "SHA256", entry->sha256);
    if ((entry->has & ENTRY_VPDQ) != 0)
        video_put(writer, entry);
    json_array_end(json);
}

// A date whose zone is known in ISO 8601; any other as it was written.
static void updated_put(JsonWriter *json, Str raw) {
    DateTime date;
    _cleanup_strbuf_ StrBuf text = STRBUF(64);
    if (date_parse(raw, &date) && date.has_offset) {
        timestamp_put(&text, date.utc_ms);
        if (strbuf_err(&text) == ERR_OK)
            raw = strbuf_str(&text);
    }
    key_text(json, "DateUpdated", raw);
}

static void facts_put(JsonWriter *json, const ListEntry *entry) {
    if (entry->fact_count == 0)
        return;
    json_key(json, "Exifs");
    json_array_begin(json);
    for (size_t i = 0; i < entry->fact_count; i++) {
        json_object_begin(json);
        upper_hex(json, "MD5", entry->md5, sizeof entry->md5);
        key_text(json, "PropertyName", entry->facts[i].name);
        key_text(json, "PropertyValue", entry->facts[i].value);
        json_object_end(json);
    }
    json_array_end(json);
}

static void locations_put(JsonWriter *json, const ListEntry *entry) {
    if (entry->location_count == 0)
        return;
    json_key(json, "MediaFiles");
    json_array_begin(json);
    for (size_t i = 0; i < entry->location_count; i++) {
        const EntryLocation *location = &entry->locations[i];
        json_object_begin(json);
        upper_hex(json, "MD5", entry->md5, sizeof entry->md5);
        key_text(json, "FileName", location->name);
        key_text(json, "FilePath", location->path);
        key_flag(json, "Unallocated", location->is_unallocated);
        key_flag(json, "Deleted", location->is_deleted);
        key_text(json, "SourceID", location->source_id);
        json_object_end(json);
    }
    json_array_end(json);
}

static void media_id_put(FormatWriter *writer, const ListEntry *entry) {
    int64_t id;
    json_key(&writer->json, "MediaID");
    json_i64(&writer->json, str_to_i64(entry->id, &id) && id >= 0 ? id : (int64_t)writer->written);
}

static void vics_put(FormatWriter *writer, const ListEntry *entry) {
    JsonWriter *json = &writer->json;
    bool is_good = (entry->has & ENTRY_KNOWN_GOOD) != 0 && writer->meta.case_head == NULL;
    // A Media object needs an MD5; deletions and harmless software have no place in a hash set.
    if ((entry->has & ENTRY_MD5) == 0 || (entry->has & ENTRY_DELETED) != 0 || is_good) {
        writer->loss.entries++;
        return;
    }
    if (!writer->is_begun)
        head_put(writer, entry->location_count > 0);
    writer->written++;
    json_object_begin(json);
    media_id_put(writer, entry);
    category_put(writer, entry);
    upper_hex(json, "MD5", entry->md5, sizeof entry->md5);
    if ((entry->has & ENTRY_SHA1) != 0)
        upper_hex(json, "SHA1", entry->sha1, sizeof entry->sha1);
    if ((entry->has & ENTRY_PHOTODNA) != 0)
        photodna_put(json, entry->photodna);
    if ((entry->has & ENTRY_SIZE) != 0) {
        json_key(json, "MediaSize");
        json_u64(json, entry->size);
    }
    if (entry->media_type.len > 0)
        key_text(json, "MimeType", entry->media_type);
    key_flag(json, "VictimIdentified", entry->victim_identified);
    key_flag(json, "OffenderIdentified", entry->offender_identified);
    key_flag(json, "IsDistributed", entry->is_distributed);
    key_flag(json, "IsSuspected", entry->is_suspected);
    key_flag(json, "SelfGenerated", entry->is_self_generated);
    if (entry->series.len > 0)
        key_text(json, "Series", entry->series);
    if (entry->category_source.len > 0) {
        json_key(json, "IsPrecategorized");
        json_text(json, "true");
        key_text(json, "PrecategorizationSource", entry->category_source);
    }
    if (entry->comments.len > 0)
        key_text(json, "Comments", entry->comments);
    if (entry->updated.len > 0)
        updated_put(json, entry->updated);
    alternatives_put(writer, entry);
    facts_put(json, entry);
    locations_put(json, entry);
    json_object_end(json);
    line_end(writer);
}

static void vics_end(FormatWriter *writer) {
    JsonWriter *json = &writer->json;
    if (!writer->is_begun)
        head_put(writer, false);
    json_array_end(json);
    if (writer->is_case) {
        // Counted, not promised: known only now.
        json_key(json, "TotalMediaFiles");
        json_u64(json, writer->written);
        json_key(json, "TotalPrecategorized");
        json_u64(json, writer->categorised);
        json_object_end(json);
        json_array_end(json);
    }
    json_object_end(json);
    line_end(writer);
}

const WriterDriver vics_writer = {.begin = vics_begin, .put = vics_put, .end = vics_end};
