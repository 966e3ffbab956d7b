// ICSE baseline CSV out. The column Baseline is written from the scheme interpol-baseline only.
#include "base/encoding.h"
#include "format/csv.h"
#include "format/writer_driver.h"

static void icse_begin(FormatWriter *writer) {
    strbuf_put_text(writer->out,
                    "MD5;SHA1;ZZ40;PhotoDNA;Lace;Image ID;Is distributed;Victim identified;"
                    "Offender identified;Series name;Investigation name;Agency;Number of "
                    "submissions;File Available;Media Type;Baseline\r\n");
}

static const char *flag_text(Tri flag) {
    return flag == TRI_YES ? "Y" : flag == TRI_NO ? "N" : "";
}

static const char *media_type_text(Str media_type) {
    if (str_is(media_type, "image") || str_has_prefix(media_type, STR("image/")))
        return "Image";
    if (str_is(media_type, "video") || str_has_prefix(media_type, STR("video/")))
        return "Video";
    return "";
}

static const char *baseline_text(FormatWriter *writer, const ListEntry *entry) {
    if (entry->category.len == 0)
        return "";
    if (str_is(entry->scheme, "interpol-baseline") && str_is(entry->category, "yes"))
        return "Yes";
    if (str_is(entry->scheme, "interpol-baseline") && str_is(entry->category, "no"))
        return "No";
    writer->loss.categories++;
    return "";
}

static void icse_put(FormatWriter *writer, const ListEntry *entry) {
    const unsigned LEFT_OUT = ENTRY_DELETED | ENTRY_KNOWN_GOOD;
    StrBuf *out = writer->out;
    if ((entry->has & LEFT_OUT) != 0 || (entry->has & (ENTRY_MD5 | ENTRY_SHA1)) == 0) {
        writer->loss.entries++;
        return;
    }
    writer->loss.hashes +=
        ((entry->has & ENTRY_SHA256) != 0) + (uint64_t)((entry->has & ENTRY_PDQ) != 0);
    writer->loss.hashes += (entry->has & ENTRY_VPDQ) != 0;
    if ((entry->has & ENTRY_MD5) != 0)
        hex_put(out, entry->md5, sizeof entry->md5);
    strbuf_put_byte(out, ';');
    if ((entry->has & ENTRY_SHA1) != 0)
        hex_put(out, entry->sha1, sizeof entry->sha1);
    strbuf_put_text(out, ";;");
    if ((entry->has & ENTRY_PHOTODNA) != 0)
        hex_put_upper(out, entry->photodna, PHOTODNA_BYTES);
    strbuf_put_text(out, ";;");
    csv_put_field(out, entry->id, ';');
    strbuf_printf(out, ";%s;%s;%s;", flag_text(entry->is_distributed),
                  flag_text(entry->victim_identified), flag_text(entry->offender_identified));
    csv_put_field(out, entry->series, ';');
    strbuf_put_text(out, ";;");
    csv_put_field(out, entry->issuer.len > 0 ? entry->issuer : writer->meta.issuer, ';');
    strbuf_printf(out, ";;False;%s;%s\r\n", media_type_text(entry->media_type),
                  baseline_text(writer, entry));
}

static void icse_end(FormatWriter *writer) {
    (void)writer;
}

const WriterDriver icse_writer = {.begin = icse_begin, .put = icse_put, .end = icse_end};
