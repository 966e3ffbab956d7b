// NCMEC hash-sharing XML out. Entries come in the list's order, so that a section of images or
// videos begins anew wherever the kind changes. A classification is written from the scheme
// esp-industry only.
#include "base/encoding.h"
#include "base/utf8.h"
#include "format/writer_driver.h"

// XML 1.0 has no way to write control characters: they become U+FFFD.
static void xml_put(StrBuf *out, Str text) {
    size_t at = 0;
    while (at < text.len) {
        uint32_t code = utf8_next(text, &at);
        bool is_allowed = code >= 0x20 || code == '\t' || code == '\n' || code == '\r';
        if (code == '&')
            strbuf_put_text(out, "&amp;");
        else if (code == '<')
            strbuf_put_text(out, "&lt;");
        else if (code == '>')
            strbuf_put_text(out, "&gt;");
        else if (code == '\r')
            strbuf_put_text(out, "&#13;");
        else
            strbuf_put_code_point(
                out, is_allowed && code != 0xFFFE && code != 0xFFFF ? code : UTF8_REPLACEMENT);
    }
}

static void element_put(StrBuf *out, const char *name, Str text) {
    strbuf_printf(out, "<%s>", name);
    xml_put(out, text);
    strbuf_printf(out, "</%s>", name);
}

static void hex_element_put(StrBuf *out, const char *name, const uint8_t *bytes, size_t n) {
    strbuf_printf(out, "<%s>", name);
    hex_put(out, bytes, n);
    strbuf_printf(out, "</%s>", name);
}

static void ncmec_begin(FormatWriter *writer) {
    strbuf_put_text(writer->out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\n");
}

static void section_open(FormatWriter *writer, const char *section) {
    if (writer->section == section)
        return;
    if (writer->section != NULL)
        strbuf_printf(writer->out, "</%s>\n", writer->section);
    if (section != NULL)
        strbuf_printf(writer->out, "<%s>\n", section);
    writer->section = section;
}

// The entry's own id, or its first digest: deletions need something to refer to.
static void id_put(StrBuf *out, const ListEntry *entry) {
    if (entry->id.len > 0)
        element_put(out, "id", entry->id);
    else if ((entry->has & ENTRY_MD5) != 0)
        hex_element_put(out, "id", entry->md5, sizeof entry->md5);
    else if ((entry->has & ENTRY_SHA1) != 0)
        hex_element_put(out, "id", entry->sha1, sizeof entry->sha1);
    else
        hex_element_put(out, "id", entry->pdq.bytes, PDQ_BYTES);
}

static void classification_put(FormatWriter *writer, const ListEntry *entry) {
    if (entry->category.len == 0)
        return;
    if (str_is(entry->scheme, "esp-industry"))
        element_put(writer->out, "classification", entry->category);
    else
        writer->loss.categories++;
}

static void fingerprints_put(StrBuf *out, const ListEntry *entry) {
    strbuf_put_text(out, "<fingerprints>");
    if ((entry->has & ENTRY_MD5) != 0)
        hex_element_put(out, "md5", entry->md5, sizeof entry->md5);
    if ((entry->has & ENTRY_SHA1) != 0)
        hex_element_put(out, "sha1", entry->sha1, sizeof entry->sha1);
    if ((entry->has & ENTRY_PHOTODNA) != 0) {
        strbuf_put_text(out, "<pdna>");
        base64_put(out, entry->photodna, PHOTODNA_BYTES);
        strbuf_put_text(out, "</pdna>");
    }
    if ((entry->has & ENTRY_PDQ) != 0)
        hex_element_put(out, "pdq", entry->pdq.bytes, PDQ_BYTES);
    strbuf_put_text(out, "</fingerprints>");
}

static void ncmec_put(FormatWriter *writer, const ListEntry *entry) {
    StrBuf *out = writer->out;
    bool is_deleted = (entry->has & ENTRY_DELETED) != 0;
    bool is_video =
        str_is(entry->media_type, "video") || str_has_prefix(entry->media_type, STR("video/"));
    bool has_hash = (entry->has & (ENTRY_MD5 | ENTRY_SHA1 | ENTRY_PDQ)) != 0;
    if ((entry->has & ENTRY_KNOWN_GOOD) != 0 || (is_deleted ? entry->id.len == 0 : !has_hash)) {
        writer->loss.entries++;
        return;
    }
    writer->loss.hashes += (entry->has & ENTRY_VPDQ) != 0;
    section_open(writer, is_video ? "videos" : "images");
    const char *tag =
        is_deleted ? (is_video ? "deletedVideo" : "deletedImage") : (is_video ? "video" : "image");
    Str issuer = entry->issuer.len > 0 ? entry->issuer : writer->meta.issuer;
    strbuf_printf(out, "<%s>", tag);
    if (issuer.len > 0)
        element_put(out, "member", issuer);
    if (entry->updated.len > 0)
        element_put(out, "timestamp", entry->updated);
    id_put(out, entry);
    if (!is_deleted) {
        writer->loss.hashes += (entry->has & ENTRY_SHA256) != 0;
        classification_put(writer, entry);
        fingerprints_put(out, entry);
    }
    strbuf_printf(out, "</%s>\n", tag);
}

static void ncmec_end(FormatWriter *writer) {
    section_open(writer, NULL);
    strbuf_put_text(writer->out, "</queryResult>\n");
}

const WriterDriver ncmec_writer = {.begin = ncmec_begin, .put = ncmec_put, .end = ncmec_end};
