// EXIF facts by libexif: the few that tell which camera, when and where, under the canonical names
// of index/entry.h, as clean text.
#include <stdio.h>
#include <stdlib.h>

#include <libexif/exif-data.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "media/limits.h"
#include "media/worker/decoder.h"

enum { TAG_BODY_SERIAL = 0xA431 };

void fact_put(Decoding *d, WireFactName name, Str raw) {
    WireResult *result = d->result;
    if ((d->rows.want & WIRE_FACTS) == 0 || result->fact_count >= WIRE_FACTS_MAX)
        return;
    const char *nul = raw.len == 0 ? NULL : memchr(raw.ptr, '\0', raw.len);
    if (nul != NULL)
        raw.len = (size_t)(nul - raw.ptr);
    raw = str_trim(raw);
    WireFact *fact = &result->facts[result->fact_count];
    size_t length = 0;
    for (size_t at = 0; at < raw.len;) {
        char piece[4];
        size_t n = utf8_put(utf8_next(raw, &at), piece);
        if (!wire_text_is_printable(str_of(piece, n)))
            n = utf8_put(UTF8_REPLACEMENT, piece);
        if (length + n >= sizeof fact->value)
            break;
        memcpy(fact->value + length, piece, n);
        length += n;
    }
    if (length == 0)
        return;
    fact->value[length] = '\0';
    fact->name = name;
    result->fact_count++;
}

static void put_text(Decoding *d, WireFactName name, ExifData *data, ExifIfd ifd, unsigned tag) {
    const ExifEntry *entry = exif_content_get_entry(data->ifd[ifd], (ExifTag)tag);
    if (entry != NULL && entry->format == EXIF_FORMAT_ASCII && entry->data != NULL)
        fact_put(d, name, str_of(entry->data, entry->size));
}

void fact_put_degrees(Decoding *d, WireFactName name, const double parts[3], char reference) {
    double degrees = parts[0] + parts[1] / 60 + parts[2] / 3600;
    double most = name == WIRE_FACT_LATITUDE ? 90 : 180;
    bool is_negative = reference == 'S' || reference == 'W';
    bool is_known = name == WIRE_FACT_LATITUDE ? reference == 'N' || reference == 'S'
                                               : reference == 'E' || reference == 'W';
    // Without a compass letter the sign would be a guess. (Not a number fails the comparison.)
    if (!is_known || !(degrees >= 0 && degrees <= most))
        return;
    char text[32];
    int n = snprintf(text, sizeof text, "%.6f", is_negative ? -degrees : degrees);
    fact_put(d, name, str_of(text, (size_t)n));
}

static void put_place(Decoding *d, WireFactName name, ExifData *data, unsigned tag,
                      unsigned reference_tag) {
    const ExifEntry *value = exif_content_get_entry(data->ifd[EXIF_IFD_GPS], (ExifTag)tag);
    const ExifEntry *reference =
        exif_content_get_entry(data->ifd[EXIF_IFD_GPS], (ExifTag)reference_tag);
    if (value == NULL || reference == NULL || value->format != EXIF_FORMAT_RATIONAL ||
        value->components != 3 || value->size < 24 || value->data == NULL || reference->size < 1 ||
        reference->data == NULL)
        return;
    double parts[3];
    for (int i = 0; i < 3; i++) {
        ExifRational part = exif_get_rational(value->data + 8 * i, exif_data_get_byte_order(data));
        if (part.denominator == 0)
            return;
        parts[i] = (double)part.numerator / part.denominator;
    }
    fact_put_degrees(d, name, parts, (char)reference->data[0]);
}

void exif_read(Decoding *d, Str block) {
    if ((d->rows.want & WIRE_FACTS) == 0 || block.len < 8 || block.len > MEDIA_EXIF_MAX)
        return;
    // The library wants the marker that JPEG puts before the block; other containers leave it out.
    _cleanup_strbuf_ StrBuf marked = STRBUF(MEDIA_EXIF_MAX + 8);
    if (!str_has_prefix(block, STR("Exif\0\0")))
        strbuf_put(&marked, STR("Exif\0\0"));
    strbuf_put(&marked, block);
    ExifData *data = exif_data_new();
    if (data == NULL || strbuf_err(&marked) != ERR_OK)
        return;
    // It is read as it stands: nothing is mended or added.
    exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, (const unsigned char *)strbuf_text(&marked), (unsigned)marked.len);
    put_text(d, WIRE_FACT_MAKE, data, EXIF_IFD_0, EXIF_TAG_MAKE);
    put_text(d, WIRE_FACT_MODEL, data, EXIF_IFD_0, EXIF_TAG_MODEL);
    put_text(d, WIRE_FACT_SERIAL, data, EXIF_IFD_EXIF, TAG_BODY_SERIAL);
    put_text(d, WIRE_FACT_TAKEN, data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL);
    put_place(d, WIRE_FACT_LATITUDE, data, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF);
    put_place(d, WIRE_FACT_LONGITUDE, data, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF);
    put_text(d, WIRE_FACT_SOFTWARE, data, EXIF_IFD_0, EXIF_TAG_SOFTWARE);
    exif_data_unref(data);
}
