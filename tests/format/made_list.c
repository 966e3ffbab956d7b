// Rows of each format out of a seeded generator.
#include "made_list.h"

#include "base/encoding.h"

const char *made_list_name(MadeKind kind) {
    static const char *const NAMES[MADE_KINDS] = {"icse", "ncmec",      "hashdeep", "sha256sum",
                                                  "bsd",  "hashlookup", "csv",      "bare-csv",
                                                  "pdq",  "vics20",     "vics13"};
    return NAMES[kind];
}

static bool chance(MadeList *list, unsigned one_in) {
    return !list->is_perfect && prng_below(&list->prng, one_in) == 0;
}

static void hex(MadeList *list, StrBuf *out, size_t n) {
    uint8_t bytes[144];
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)prng_next(&list->prng);
    if (chance(list, 40))
        return; // missing
    if (chance(list, 3))
        hex_put_upper(out, bytes, n);
    else
        hex_put(out, bytes, n);
    if (chance(list, 60))
        strbuf_put_byte(out, '0'); // a digit too many
}

// 256 bits of which half are set.
static void pdq(MadeList *list, StrBuf *out) {
    uint8_t bytes[32] = {0};
    for (int set = 0; set < 128;) {
        unsigned bit = (unsigned)prng_below(&list->prng, 256);
        if ((bytes[bit / 8] >> bit % 8 & 1) == 0) {
            bytes[bit / 8] |= (uint8_t)(1u << bit % 8);
            set++;
        }
    }
    hex_put(out, bytes, sizeof bytes);
}

static void photodna_base64(MadeList *list, StrBuf *out) {
    uint8_t bytes[144];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)prng_next(&list->prng);
    base64_put(out, bytes, sizeof bytes);
}

static uint64_t below(MadeList *list, uint64_t limit) {
    return prng_below(&list->prng, limit);
}

#define PICK(list, ...) \
    ((const char *const[]){__VA_ARGS__})[below(list, sizeof((const char *const[]){__VA_ARGS__}) / \
                                                         sizeof(const char *))]

static void name(MadeList *list, StrBuf *out) {
    strbuf_put_text(out,
                    PICK(list, "room", "window", "chair, old", "r\xC3\xA9sum\xC3\xA9", "socket"));
    strbuf_printf(out, " %u.jpg", (unsigned)below(list, 100000));
}

static void icse_row(MadeList *list, StrBuf *out) {
    hex(list, out, 16);
    strbuf_put_byte(out, ';');
    hex(list, out, 20);
    strbuf_put_text(out, ";00000000000000000000000000000000;");
    uint8_t photodna[144] = {(uint8_t)below(list, 256)};
    hex_put_upper(out, photodna, sizeof photodna);
    strbuf_printf(out, ";;IMG-%llu;%s;%s;%s;%s;;%s;%u;%s;%s;%s;\r\n",
                  (unsigned long long)list->rows, PICK(list, "Y", "N", ""), PICK(list, "Y", "N"),
                  PICK(list, "Y", "N", "?"), PICK(list, "", "Series \"A\"", "\"B;C\""),
                  PICK(list, "Agency X", ""), (unsigned)below(list, 9), PICK(list, "True", "False"),
                  PICK(list, "Image", "Video"), PICK(list, "Yes", "No"));
}

static void ncmec_row(MadeList *list, StrBuf *out) {
    const char *tag = PICK(list, "image", "video", "image", "deletedImage");
    strbuf_printf(out,
                  "<%s><member id=\"%u\">Member &amp; Co</member><timestamp>2026-01-02T15:00:00Z"
                  "</timestamp><id>e%llu</id>",
                  tag, (unsigned)below(list, 50), (unsigned long long)list->rows);
    if (tag[0] != 'd') {
        strbuf_printf(out, "<classification>%s</classification><fingerprints><md5>",
                      PICK(list, "A1", "A2", "B1", "B2", "C1"));
        hex(list, out, 16);
        strbuf_put_text(out, "</md5><sha1>");
        hex(list, out, 20);
        strbuf_put_text(out, "</sha1><pdna>");
        photodna_base64(list, out);
        strbuf_put_text(out, "</pdna><pdq>");
        pdq(list, out);
        strbuf_put_text(out, "</pdq></fingerprints>");
    }
    strbuf_printf(out, "</%s>\n", tag);
}

static void digest_row(MadeList *list, StrBuf *out) {
    switch (list->kind) {
    case MADE_HASHDEEP:
        strbuf_printf(out, "%u,", (unsigned)below(list, 1u << 30));
        hex(list, out, 16);
        strbuf_put_byte(out, ',');
        hex(list, out, 32);
        strbuf_put_text(out, ",/home/");
        name(list, out);
        break;
    case MADE_BSD_DIGESTS:
        strbuf_put_text(out, "SHA1 (");
        name(list, out);
        strbuf_put_text(out, ") = ");
        hex(list, out, 20);
        break;
    default:
        hex(list, out, 32);
        strbuf_put_text(out, PICK(list, "  ", " *"));
        name(list, out);
    }
    strbuf_put_byte(out, '\n');
}

static void hashlookup_row(MadeList *list, StrBuf *out) {
    strbuf_put_text(out, "{\"FileName\":\"");
    name(list, out);
    strbuf_printf(out, "\",\"FileSize\":\"%u\",\"MD5\":\"", (unsigned)below(list, 1u << 30));
    hex(list, out, 16);
    strbuf_put_text(out, "\",\"SHA-1\":\"");
    hex(list, out, 20);
    strbuf_put_text(out, "\",\"ProductCode\":{\"a\":[1,null]}}\n");
}

static void csv_row(MadeList *list, StrBuf *out) {
    switch (list->kind) {
    case MADE_CSV:
        strbuf_printf(out, "%llu,", (unsigned long long)list->rows);
        hex(list, out, 16);
        strbuf_put_byte(out, ',');
        hex(list, out, 32);
        strbuf_printf(out, ",%u,\"", (unsigned)below(list, 6));
        name(list, out);
        strbuf_put_byte(out, '"');
        break;
    case MADE_PDQ:
        pdq(list, out);
        if (list->rows % 3 != 0)
            strbuf_printf(out, "\tid-%llu", (unsigned long long)list->rows);
        break;
    default:
        hex(list, out, below(list, 2) == 0 ? 16 : 20);
        if (list->rows % 2 == 0)
            strbuf_printf(out, ",%u", (unsigned)below(list, 5));
    }
    strbuf_put_byte(out, '\n');
}

static void vics_row(MadeList *list, StrBuf *out) {
    strbuf_printf(out, "%s\n{\"MediaID\":%llu,\"Category\":%s,\"MD5\":\"",
                  list->rows > 1 ? "," : "", (unsigned long long)list->rows,
                  PICK(list, "0", "1", "\"2\"", "null", "7"));
    hex(list, out, 16);
    strbuf_put_text(out, "\",\"SHA1\":\"");
    hex(list, out, 20);
    strbuf_printf(out,
                  "\",\"MediaSize\":%s,\"VictimIdentified\":%s,\"Series\":\"%s\","
                  "\"MediaFiles\":[{\"FileName\":\"",
                  PICK(list, "12", "\"34\"", "-1"), PICK(list, "true", "\"False\"", "null", "\"\""),
                  PICK(list, "", "A", "say \\\"B\\\""));
    name(list, out);
    strbuf_put_text(out, "\",\"FilePath\":\"c\\\\d\\\\e.jpg\"}]}");
}

void made_list_begin(MadeList *list, MadeKind kind, uint64_t seed, StrBuf *out) {
    *list = (MadeList){.kind = kind, .prng = {seed}};
    static const char *const HEADS[MADE_KINDS] = {
        [MADE_ICSE] = "MD5;SHA1;ZZ40;PhotoDNA;Lace;Image ID;Is distributed;Victim identified;"
                      "Offender identified;Series name;Investigation name;Agency;Number of "
                      "submissions;File Available;Media Type;Baseline\r\n",
        [MADE_NCMEC] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult "
                       "xmlns=\"urn:example\"><images count=\"1\">\n",
        [MADE_HASHDEEP] = "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /\n",
        [MADE_CSV] = "id,md5,sha256,category,filename\n",
        [MADE_VICS20] = "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/"
                        "DataModels/2.0.xml/US/$metadata#Media\",\"value\":[",
        [MADE_VICS13] = "{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/"
                        "1.3.xml#Media\",\"value\":["};
    if (HEADS[kind] != NULL)
        strbuf_put_text(out, HEADS[kind]);
}

void made_list_row(MadeList *list, StrBuf *out) {
    static void (*const ROWS[MADE_KINDS])(MadeList * list,
                                          StrBuf * out) = {[MADE_ICSE] = icse_row,
                                                           [MADE_NCMEC] = ncmec_row,
                                                           [MADE_HASHDEEP] = digest_row,
                                                           [MADE_SHA256SUM] = digest_row,
                                                           [MADE_BSD_DIGESTS] = digest_row,
                                                           [MADE_HASHLOOKUP] = hashlookup_row,
                                                           [MADE_CSV] = csv_row,
                                                           [MADE_BARE_CSV] = csv_row,
                                                           [MADE_PDQ] = csv_row,
                                                           [MADE_VICS20] = vics_row,
                                                           [MADE_VICS13] = vics_row};
    list->rows++;
    ROWS[list->kind](list, out);
}

void made_list_end(MadeList *list, StrBuf *out) {
    if (list->kind == MADE_NCMEC)
        strbuf_put_text(out, "</images></queryResult>\n");
    else if (list->kind == MADE_VICS20 || list->kind == MADE_VICS13)
        strbuf_put_text(out, "\n]}\n");
}

void made_list_put(MadeKind kind, uint64_t seed, uint64_t rows, StrBuf *out) {
    MadeList list;
    made_list_begin(&list, kind, seed, out);
    for (uint64_t i = 0; i < rows; i++)
        made_list_row(&list, out);
    made_list_end(&list, out);
}
