// One object a line, with the members of `seventh hash --json` and those that a list adds: the form
// that keeps a video with all its pictures. format/own_lines.c reads it back.
#include "format/vpdq_json.h"
#include "format/writer_driver.h"

static void own_lines_begin(FormatWriter *writer) {
    (void)writer;
}

static void text_put(JsonWriter *json, const char *key, Str text) {
    if (text.len == 0)
        return;
    json_key(json, key);
    json_str(json, text);
}

static void number_put(JsonWriter *json, const char *key, uint64_t number) {
    json_key(json, key);
    json_u64(json, number);
}

static void digest_put(JsonWriter *json, const char *key, const uint8_t *bytes, size_t n) {
    json_key(json, key);
    json_hex(json, bytes, n);
}

static void hashes_put(JsonWriter *json, const ListEntry *entry) {
    if ((entry->has & ENTRY_MD5) != 0)
        digest_put(json, "md5", entry->md5, sizeof entry->md5);
    if ((entry->has & ENTRY_SHA1) != 0)
        digest_put(json, "sha1", entry->sha1, sizeof entry->sha1);
    if ((entry->has & ENTRY_SHA256) != 0)
        digest_put(json, "sha256", entry->sha256, sizeof entry->sha256);
    if ((entry->has & ENTRY_PDQ) != 0)
        digest_put(json, "pdq", entry->pdq.bytes, PDQ_BYTES);
    if ((entry->has & ENTRY_PDQ) != 0 && entry->pdq_quality != PDQ_QUALITY_UNKNOWN)
        number_put(json, "quality", entry->pdq_quality);
}

static void own_lines_put(FormatWriter *writer, const ListEntry *entry) {
    const unsigned CARRIED = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_VPDQ;
    JsonWriter *json = &writer->json;
    if ((entry->has & (ENTRY_DELETED | ENTRY_KNOWN_GOOD)) != 0 || (entry->has & CARRIED) == 0) {
        writer->loss.entries++;
        return;
    }
    writer->loss.hashes += (entry->has & ENTRY_PHOTODNA) != 0;
    json_writer_init(json, writer->out);
    json_object_begin(json);
    // The path is always there: by it and what follows the form is known.
    const EntryLocation *place = entry->location_count > 0 ? &entry->locations[0] : NULL;
    json_key(json, "path");
    json_str(json, place == NULL ? STR("") : place->path.len > 0 ? place->path : place->name);
    json_key(json, "media_type");
    json_str(json, entry->media_type);
    if ((entry->has & ENTRY_SIZE) != 0)
        number_put(json, "size", entry->size);
    if ((entry->has & ENTRY_DIMENSIONS) != 0) {
        number_put(json, "width", entry->width);
        number_put(json, "height", entry->height);
    }
    hashes_put(json, entry);
    if ((entry->has & ENTRY_VPDQ) != 0)
        json_vpdq(json, entry->frames, entry->frame_count);
    text_put(json, "id", entry->id);
    text_put(json, "series", entry->series);
    text_put(json, "scheme", entry->scheme);
    text_put(json, "scheme_version", entry->scheme_version);
    text_put(json, "category", entry->category);
    json_object_end(json);
    strbuf_put_byte(writer->out, '\n');
}

static void own_lines_end(FormatWriter *writer) {
    (void)writer;
}

const WriterDriver own_lines_writer = {
    .begin = own_lines_begin, .put = own_lines_put, .end = own_lines_end};
