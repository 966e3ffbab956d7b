// Hash lists in the field's formats that know some of the pictures, among entries of other files.
#include "lists.h"

#include <stdio.h>

#include "base/encoding.h"
#include "base/file.h"
#include "format/json.h"

enum { LIST_MAX = 64 << 20, STRANGERS = 40 };

const ListFacts LIST_FACTS[LISTS] = {
    [LIST_VICS20] = {"known-agency-vics20.json", false, true, true, 30},
    [LIST_VICS13] = {"known-agency-vics13.json", false, true, false, 30},
    [LIST_ICSE] = {"known-icse.csv", false, true, false, 30},
    [LIST_NCMEC] = {"known-ncmec.xml", false, true, true, 25},
    [LIST_PDQ] = {"known-pdq.txt", false, false, true, 15},
    [LIST_CSV] = {"known-local.csv", false, true, false, 15},
    [LIST_HASHDEEP] = {"good-hashdeep.txt", true, true, false, 20},
    [LIST_SHA256SUM] = {"good-sha256sum.txt", true, true, false, 20},
};

// One line of any list.
typedef struct Row {
    int64_t id;
    Digests digests;
    uint64_t size;
    PdqHash pdq;
    bool has_pdq;
    int category;
    bool is_victim_identified, is_distributed;
    const char *mime, *name;
} Row;

typedef struct ListText {
    StrBuf text;
    JsonWriter json;
    bool is_begun;
    int rows;
} ListText;

bool original_lists_pdq(const Original *original) {
    for (int i = 0; i < LISTS; i++)
        if (original->lists >> i & 1 && LIST_FACTS[i].has_pdq)
            return original->files[0].pdq_quality >= PDQ_QUALITY_MATCHABLE;
    return false;
}

static void json_hex_upper(JsonWriter *json, const uint8_t *bytes, size_t n) {
    _cleanup_strbuf_ StrBuf hex = STRBUF(256);
    hex_put_upper(&hex, bytes, n);
    json_str(json, strbuf_str(&hex));
}

static void vics20_put(JsonWriter *json, const Row *row) {
    json_object_begin(json);
    json_key(json, "MediaID");
    json_i64(json, row->id);
    json_key(json, "Category");
    json_i64(json, row->category);
    json_key(json, "MD5");
    json_hex_upper(json, row->digests.md5, MD5_BYTES);
    json_key(json, "SHA1");
    json_hex_upper(json, row->digests.sha1, SHA1_BYTES);
    json_key(json, "MediaSize");
    json_u64(json, row->size);
    json_key(json, "MimeType");
    json_text(json, row->mime);
    json_key(json, "VictimIdentified");
    json_text(json, row->is_victim_identified ? "true" : "false");
    json_key(json, "OffenderIdentified");
    json_text(json, "false");
    json_key(json, "IsDistributed");
    json_text(json, row->is_distributed ? "true" : "false");
    json_key(json, "Series");
    json_text(json, row->is_victim_identified ? "SYNTHETIC-A" : "SYNTHETIC-B");
    json_key(json, "Tags");
    json_text(json, "synthetic");
    json_key(json, "DateUpdated");
    json_text(json, "2026-01-02T03:04:05.8300Z");
    if (row->has_pdq) {
        json_key(json, "AlternativeHashes");
        json_array_begin(json);
        json_object_begin(json);
        json_key(json, "MD5");
        json_hex_upper(json, row->digests.md5, MD5_BYTES);
        json_key(json, "HashName");
        json_text(json, "PDQ");
        json_key(json, "HashValue");
        json_hex(json, row->pdq.bytes, PDQ_BYTES);
        json_object_end(json);
        json_array_end(json);
    }
    json_object_end(json);
}

static void vics13_put(JsonWriter *json, const Row *row) {
    json_object_begin(json);
    json_key(json, "MediaID");
    json_i64(json, row->id);
    json_key(json, "Category");
    json_i64(json, row->category);
    json_key(json, "MD5");
    json_hex(json, row->digests.md5, MD5_BYTES);
    json_key(json, "SHA1");
    json_hex(json, row->digests.sha1, SHA1_BYTES);
    char size[24];
    snprintf(size, sizeof size, "%llu", (unsigned long long)row->size);
    json_key(json, "MediaSize");
    json_text(json, size);
    json_key(json, "VictimIdentified");
    json_text(json, row->is_victim_identified ? "True" : "False");
    json_key(json, "IsPrecategorized");
    json_text(json, "");
    json_key(json, "Series");
    json_text(json, "");
    json_object_end(json);
}

static void icse_put(StrBuf *out, const Row *row) {
    hex_put(out, row->digests.md5, MD5_BYTES);
    strbuf_put_byte(out, ';');
    hex_put(out, row->digests.sha1, SHA1_BYTES);
    strbuf_printf(out, ";;;;SYN-%lld;%s;%s;N;SYNTHETIC-C;;Example;%d;False;Image;%s;\n",
                  (long long)row->id, row->is_distributed ? "Y" : "N",
                  row->is_victim_identified ? "Y" : "N", (int)(row->id % 7 + 1),
                  row->category == 1 ? "Yes" : "No");
}

static void ncmec_put(StrBuf *out, const Row *row) {
    static const char *const CLASSES[] = {"A1", "A2", "B1", "B2"};
    strbuf_printf(out,
                  "  <image><member id=\"42\">Example "
                  "Member</member><timestamp>2026-01-02T15:00:00Z</timestamp>"
                  "<id>image%lld</id><classification>%s</classification>\n   <fingerprints><md5>",
                  (long long)row->id, CLASSES[row->category % 4]);
    hex_put(out, row->digests.md5, MD5_BYTES);
    strbuf_put_text(out, "</md5><sha1>");
    hex_put(out, row->digests.sha1, SHA1_BYTES);
    strbuf_put_text(out, "</sha1>");
    if (row->has_pdq) {
        strbuf_put_text(out, "<pdq>");
        hex_put(out, row->pdq.bytes, PDQ_BYTES);
        strbuf_put_text(out, "</pdq>");
    }
    strbuf_put_text(out, "</fingerprints></image>\n");
}

static void list_begin(ListText *list, ListId id) {
    StrBuf *out = &list->text;
    if (id == LIST_VICS20 || id == LIST_VICS13) {
        if (id == LIST_VICS13)
            strbuf_put_text(out, "\xEF\xBB\xBF");
        json_writer_init(&list->json, out);
        json_object_begin(&list->json);
        json_key(&list->json, id == LIST_VICS20 ? "@odata.context" : "odata.metadata");
        json_text(
            &list->json,
            id == LIST_VICS20
                ? "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"
                : "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media");
        json_key(&list->json, "value");
        json_array_begin(&list->json);
    } else if (id == LIST_ICSE) {
        strbuf_put_text(
            out,
            "MD5;SHA1;ZZ40;PhotoDNA;Lace;Image ID;Is distributed;Victim identified;Offender "
            "identified;"
            "Series name;Investigation name;Agency;Number of submissions;File Available;Media Type;"
            "Baseline\n");
    } else if (id == LIST_NCMEC) {
        strbuf_printf(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult "
            "xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\n <images count=\"%d\" "
            "maxTimestamp=\"2026-01-02T15:10:00Z\">\n",
            list->rows);
    } else if (id == LIST_CSV) {
        strbuf_put_text(out, "sha1,category\n");
    } else if (id == LIST_HASHDEEP) {
        strbuf_put_text(out, "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Synthetic "
                             "known-good files\n## \n");
    }
}

static void list_put(ListText *list, ListId id, const Row *row) {
    StrBuf *out = &list->text;
    switch (id) {
    case LIST_VICS20:
        vics20_put(&list->json, row);
        break;
    case LIST_VICS13:
        vics13_put(&list->json, row);
        break;
    case LIST_ICSE:
        icse_put(out, row);
        break;
    case LIST_NCMEC:
        ncmec_put(out, row);
        break;
    case LIST_PDQ:
        hex_put(out, row->pdq.bytes, PDQ_BYTES);
        strbuf_printf(out, "\tpdq-%lld\n", (long long)row->id);
        break;
    case LIST_CSV:
        hex_put(out, row->digests.sha1, SHA1_BYTES);
        strbuf_printf(out, ",%d\n", row->category);
        break;
    case LIST_HASHDEEP:
        strbuf_printf(out, "%llu,", (unsigned long long)row->size);
        hex_put(out, row->digests.md5, MD5_BYTES);
        strbuf_put_byte(out, ',');
        hex_put(out, row->digests.sha256, SHA256_BYTES);
        strbuf_printf(out, ",wallpapers/%s\n", row->name);
        break;
    default:
        hex_put(out, row->digests.sha256, SHA256_BYTES);
        strbuf_printf(out, "  wallpapers/%s\n", row->name);
    }
}

static void list_end(ListText *list, ListId id) {
    if (id == LIST_VICS20 || id == LIST_VICS13) {
        json_array_end(&list->json);
        json_object_end(&list->json);
        strbuf_put_byte(&list->text, '\n');
    } else if (id == LIST_NCMEC) {
        strbuf_put_text(&list->text, " </images>\n <videos count=\"0\"/>\n</queryResult>\n");
    }
}

static void bytes_roll(Prng *dice, uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)prng_next(dice);
}

// A file that is nowhere on the device.
static Row stranger_roll(Prng *dice, int64_t id, bool has_pdq) {
    Row row = {.id = id, .has_pdq = has_pdq, .mime = "image/jpeg", .name = "elsewhere.jpg"};
    bytes_roll(dice, row.digests.md5, MD5_BYTES);
    bytes_roll(dice, row.digests.sha1, SHA1_BYTES);
    bytes_roll(dice, row.digests.sha256, SHA256_BYTES);
    bytes_roll(dice, row.pdq.bytes, PDQ_BYTES);
    row.size = 20000 + prng_below(dice, 4000000);
    row.category = dice_int(dice, 1, 3);
    row.is_victim_identified = dice_chance(dice, 0.5);
    row.is_distributed = dice_chance(dice, 0.5);
    return row;
}

static Row original_row(const Original *original, bool has_pdq) {
    const DemoFile *file = &original->files[0];
    const char *name = strrchr(file->path, '/');
    return (Row){.id = original->number + 1000,
                 .digests = file->digests,
                 .size = file->size,
                 .pdq = file->pdq,
                 .has_pdq = has_pdq && file->pdq_quality >= PDQ_QUALITY_MATCHABLE,
                 .category = original->category,
                 .is_victim_identified = original->is_victim_identified,
                 .is_distributed = original->number % 2 == 0,
                 .mime = image_mime(file->format),
                 .name = name == NULL ? file->path : name + 1};
}

static Err list_write(const Plan *plan, ListId id, const char *root, Diag *diag) {
    const ListFacts *facts = &LIST_FACTS[id];
    Prng mixer = {plan->seed + (uint64_t)id * 1000003}, dice = {prng_next(&mixer)};
    StrBuf text _cleanup_strbuf_ = STRBUF(LIST_MAX);
    ListText list = {.text = text, .rows = STRANGERS};
    for (int i = 0; i < plan->count; i++)
        list.rows += plan->originals[i].lists >> id & 1;
    list_begin(&list, id);
    for (int i = 0; i < STRANGERS / 2; i++) {
        Row row = stranger_roll(&dice, 100000 + i, facts->has_pdq);
        list_put(&list, id, &row);
    }
    for (int i = 0; i < plan->count; i++) {
        Row row = original_row(&plan->originals[i], facts->has_pdq);
        if (plan->originals[i].lists >> id & 1 && (facts->has_digests || row.has_pdq))
            list_put(&list, id, &row);
    }
    for (int i = STRANGERS / 2; i < STRANGERS; i++) {
        Row row = stranger_roll(&dice, 100000 + i, facts->has_pdq);
        list_put(&list, id, &row);
    }
    list_end(&list, id);
    text = list.text;
    TRY(strbuf_err(&text));
    char path[1024];
    snprintf(path, sizeof path, "%s/lists/%s", root, facts->file);
    return file_replace(path, strbuf_str(&text), false, diag);
}

Err lists_write(const Plan *plan, const char *root, Diag *diag) {
    for (int i = 0; i < LISTS; i++)
        TRY(list_write(plan, (ListId)i, root, diag));
    return ERR_OK;
}
