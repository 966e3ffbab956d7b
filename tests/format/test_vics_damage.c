// Damage in one record, made at random, must cost that record only: the property that the whole
// design of tolerant reading is for.
#include "t.h"
#include "vics_fixture.h"

enum { RECORDS = 10, TRIALS = 1500, RECORD_BYTES_MAX = 4096 };

typedef enum Shape { ID_FIRST, MD5_FIRST, LINK_FIRST, UNKNOWN_FIRST, SHAPES } Shape;

static void hex_put_random(StrBuf *out, Prng *prng, int digits) {
    for (int i = 0; i < digits; i++)
        strbuf_put_byte(out, "0123456789ABCDEF"[prng_below(prng, 16)]);
}

static void inner_put(StrBuf *out, Prng *prng, const char *array, const char *members) {
    strbuf_printf(out, ",\"%s\":[", array);
    for (uint64_t i = 0, n = prng_below(prng, 4); i < n; i++) {
        strbuf_put_text(out, i == 0 ? "{\"MD5\":\"" : ",{\"MD5\":\"");
        hex_put_random(out, prng, 32);
        strbuf_printf(out, "\",%s}", members);
    }
    strbuf_put_byte(out, ']');
}

static void record_put(StrBuf *out, Prng *prng, Shape shape, int id) {
    strbuf_put_byte(out, '{');
    if (shape == LINK_FIRST)
        strbuf_printf(
            out, "\"odata.id\":\"Media(%d)\",\"MediaFiles@odata.navigationLinkUrl\":\"/x\",", id);
    if (shape == UNKNOWN_FIRST)
        strbuf_printf(out, "\"Xid\":\"q%d\",\"Note\":\"zz\",", id);
    if (shape != MD5_FIRST)
        strbuf_printf(out, "\"MediaID\":%d,", id);
    strbuf_put_text(out, "\"MD5\":\"");
    hex_put_random(out, prng, 32);
    strbuf_put_text(out, "\",\"Category\":1,");
    if (shape == MD5_FIRST)
        strbuf_printf(out, "\"MediaID\":%d,", id);
    strbuf_put_text(out, "\"SHA1\":\"");
    hex_put_random(out, prng, 40);
    strbuf_put_text(out, "\",\"MediaSize\":\"5\",\"Series\":\"A b\",\"Tags\":\"x, y\"");
    inner_put(out, prng, "MediaFiles",
              "\"FileName\":\"a.jpg\",\"FilePath\":\"C:\\\\u\\\\v\",\"Deleted\":\"false\"");
    inner_put(out, prng, "Exifs", "\"PropertyName\":\"Make\",\"PropertyValue\":\"Cam\"");
    inner_put(out, prng, "Segments", "\"SegmentIndex\":1,\"Start\":\"0\",\"Category\":0");
    strbuf_put_byte(out, '}');
}

// One edit inside record[1..n-1): a byte lost, put in or changed, a structural byte lost, or a run.
static size_t damage(char *record, size_t n, Prng *prng) {
    static const char TELLING[] = "\"{}[],:\\\n x\xE9";
    size_t at = 1 + (size_t)prng_below(prng, n - 2), run = 1;
    char c = TELLING[prng_below(prng, sizeof TELLING - 1)];
    switch (prng_below(prng, 5)) {
    case 0:
        record[at] = c;
        return n;
    case 1:
        memmove(record + at + 1, record + at, n - at);
        record[at] = c;
        return n + 1;
    case 2:
        while (strchr("\"{}[],:", record[at]) == NULL && at > 0)
            at--;
        break;
    case 3:
        run = 2 + (size_t)prng_below(prng, 58);
        if (run > n - 1 - at)
            run = n - 1 - at;
        break;
    default:
        break;
    }
    memmove(record + at, record + at + run, n - at - run);
    return n - run;
}

// How many of the sound records were lost.
static int trial(Prng *prng, Shape shape, bool is_case) {
    _cleanup_strbuf_ StrBuf text = STRBUF(1 << 20);
    int bad = 1 + (int)prng_below(prng, RECORDS);
    strbuf_put_text(&text, "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/"
                           "DataModels/2.0.xml/US/$metadata#X\",\"value\":[");
    for (int id = 1; id <= RECORDS; id++) {
        if (is_case && id % 5 == 1)
            strbuf_printf(&text, "%s{\"CaseID\":\"%d\",\"CaseNumber\":\"n\",\"Media\":[",
                          id == 1 ? "" : "]},", id);
        else if (id > 1)
            strbuf_put_byte(&text, ',');
        size_t start = text.len;
        record_put(&text, prng, shape, id);
        if (id != bad)
            continue;
        char record[RECORD_BYTES_MAX];
        size_t n = text.len - start;
        memcpy(record, text.ptr + start, n);
        n = damage(record, n, prng);
        strbuf_truncate(&text, start);
        strbuf_put(&text, str_of(record, n));
    }
    strbuf_put_text(&text, is_case ? "]}]}" : "]}");
    VicsFixture vics;
    vics_read(&vics, strbuf_str(&text), 4096, 0, (Str){0}, (Str){0});
    int lost = 0;
    for (int id = 1; id <= RECORDS; id++) {
        bool is_there = id == bad;
        for (size_t i = 0; i < vics.count; i++) {
            int64_t got = 0;
            is_there |= str_to_i64(vics.entries[i].id, &got) && got == id;
        }
        lost += !is_there;
    }
    vics_done(&vics);
    return lost;
}

TEST(damage_in_one_record_costs_that_record)
{
    Prng prng = {t_seed()};
    for (int shape = 0; shape < SHAPES; shape++) {
        for (int is_case = 0; is_case < 2; is_case++) {
            int spread = 0;
            for (int i = 0; i < TRIALS; i++)
                spread += trial(&prng, (Shape)shape, is_case) > 0;
            printf("# shape %d case %d: %d of %d\n", shape, is_case, spread, TRIALS);
            // Random edits can make another sound document; one in two hundred is allowed for.
            CHECK(spread * 200 <= TRIALS);
        }
    }
}
