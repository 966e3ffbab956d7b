// hashlookup JSON lines out: the members of the format, and those of ours that it lacks (PDQ, id,
// scheme, scheme_version, category), which other readers pass over.
#include <stdio.h>

#include "base/encoding.h"
#include "format/writer_driver.h"

enum { HEX_ROOM = 65 };

static void hashlookup_begin(FormatWriter *writer) {
    (void)writer;
}

static void digest_put(JsonWriter *json, const char *key, const uint8_t *bytes, size_t n) {
    char hex[HEX_ROOM];
    hex_encode(bytes, n, hex);
    for (size_t i = 0; i < 2 * n; i++)
        hex[i] = hex[i] >= 'a' ? (char)(hex[i] - 0x20) : hex[i];
    json_key(json, key);
    json_str(json, str_of(hex, 2 * n));
}

static void text_put(JsonWriter *json, const char *key, Str text) {
    if (text.len == 0)
        return;
    json_key(json, key);
    json_str(json, text);
}

static void hashlookup_put(FormatWriter *writer, const ListEntry *entry) {
    const unsigned CARRIED = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ;
    JsonWriter *json = &writer->json;
    if ((entry->has & ENTRY_DELETED) != 0 || (entry->has & CARRIED) == 0) {
        writer->loss.entries++;
        return;
    }
    writer->loss.hashes += (entry->has & ENTRY_PHOTODNA) != 0;
    writer->loss.hashes += (entry->has & ENTRY_VPDQ) != 0;
    json_writer_init(json, writer->out);
    json_object_begin(json);
    if ((entry->has & ENTRY_MD5) != 0)
        digest_put(json, "MD5", entry->md5, sizeof entry->md5);
    if ((entry->has & ENTRY_SHA1) != 0)
        digest_put(json, "SHA-1", entry->sha1, sizeof entry->sha1);
    if ((entry->has & ENTRY_SHA256) != 0)
        digest_put(json, "SHA-256", entry->sha256, sizeof entry->sha256);
    if ((entry->has & ENTRY_PDQ) != 0)
        digest_put(json, "PDQ", entry->pdq.bytes, PDQ_BYTES);
    if (entry->location_count > 0) {
        const EntryLocation *place = &entry->locations[0];
        text_put(json, "FileName", place->path.len > 0 ? place->path : place->name);
    }
    if ((entry->has & ENTRY_SIZE) != 0) {
        char text[24];
        snprintf(text, sizeof text, "%llu", (unsigned long long)entry->size);
        text_put(json, "FileSize", str_from(text)); // the format's values are strings
    }
    text_put(json, "source", entry->issuer.len > 0 ? entry->issuer : writer->meta.issuer);
    text_put(json, "id", entry->id);
    text_put(json, "scheme", entry->scheme);
    text_put(json, "scheme_version", entry->scheme_version);
    text_put(json, "category", entry->category);
    json_object_end(json);
    strbuf_put_byte(writer->out, '\n');
}

static void hashlookup_end(FormatWriter *writer) {
    (void)writer;
}

const WriterDriver hashlookup_writer = {
    .begin = hashlookup_begin, .put = hashlookup_put, .end = hashlookup_end};
