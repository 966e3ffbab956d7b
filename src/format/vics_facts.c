// Metadata facts: property names of many tools to one vocabulary, and coordinates to degrees.
//
// A coordinate is given only when its hemisphere is certain: a signed or plain decimal number, or
// degrees with a compass letter. A reference that is no compass letter, or contradicts the value,
// gives nothing.
#include "format/vics.h"

#include <math.h>
#include <stdio.h>

typedef enum Fact {
    FACT_NONE,
    FACT_MAKE,
    FACT_MODEL,
    FACT_SERIAL,
    FACT_TAKEN,
    FACT_SOFTWARE,
    FACT_LATITUDE,
    FACT_LONGITUDE,
    FACT_LATITUDE_REF,
    FACT_LONGITUDE_REF,
    FACT_BOTH
} Fact;

// Names without anything but their letters and digits, in lower case.
static const struct {
    const char *name;
    Fact fact;
} NAMES[] = {
    {"make", FACT_MAKE},
    {"cameramake", FACT_MAKE},
    {"cameramanufacturer", FACT_MAKE},
    {"manufacturer", FACT_MAKE},
    {"equipmentmake", FACT_MAKE},
    {"model", FACT_MODEL},
    {"cameramodel", FACT_MODEL},
    {"cameramodelname", FACT_MODEL},
    {"equipmentmodel", FACT_MODEL},
    {"serialnumber", FACT_SERIAL},
    {"bodyserialnumber", FACT_SERIAL},
    {"cameraserialnumber", FACT_SERIAL},
    {"internalserialnumber", FACT_SERIAL},
    {"datetimeoriginal", FACT_TAKEN},
    {"datetaken", FACT_TAKEN},
    {"datetimetaken", FACT_TAKEN},
    {"originaldatetime", FACT_TAKEN},
    {"dateandtimeoriginal", FACT_TAKEN},
    {"software", FACT_SOFTWARE},
    {"latitude", FACT_LATITUDE},
    {"gpslatitude", FACT_LATITUDE},
    {"lat", FACT_LATITUDE},
    {"gpslat", FACT_LATITUDE},
    {"longitude", FACT_LONGITUDE},
    {"gpslongitude", FACT_LONGITUDE},
    {"lon", FACT_LONGITUDE},
    {"long", FACT_LONGITUDE},
    {"lng", FACT_LONGITUDE},
    {"gpslon", FACT_LONGITUDE},
    {"latitudereference", FACT_LATITUDE_REF},
    {"latituderef", FACT_LATITUDE_REF},
    {"gpslatituderef", FACT_LATITUDE_REF},
    {"gpslatitudereference", FACT_LATITUDE_REF},
    {"longitudereference", FACT_LONGITUDE_REF},
    {"longituderef", FACT_LONGITUDE_REF},
    {"gpslongituderef", FACT_LONGITUDE_REF},
    {"gpslongitudereference", FACT_LONGITUDE_REF},
    {"latlon", FACT_BOTH},
    {"latlong", FACT_BOTH},
    {"latlng", FACT_BOTH},
    {"latitudelongitude", FACT_BOTH},
    {"gpsposition", FACT_BOTH},
    {"gpscoordinates", FACT_BOTH},
};

static Fact fact_find(Str name) {
    char plain[32];
    size_t n = 0;
    // "Exif.Image.Make", "EXIF:Make": what stands behind the last separator is the name.
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        char low = (char)(c | 0x20);
        if (c == ':' || c == '.')
            n = 0;
        else if ((c >= '0' && c <= '9') || (low >= 'a' && low <= 'z')) {
            if (n == sizeof plain)
                return FACT_NONE;
            plain[n++] = c >= '0' && c <= '9' ? c : low;
        }
    }
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (str_is(str_of(plain, n), NAMES[i].name))
            return NAMES[i].fact;
    return FACT_NONE;
}

// N, S, E or W for a compass letter or word, else 0.
static char compass_letter(Str text) {
    static const struct {
        Str word;
        char letter;
    } WORDS[] = {{STR("N"), 'N'},     {STR("S"), 'S'},     {STR("E"), 'E'},    {STR("W"), 'W'},
                 {STR("North"), 'N'}, {STR("South"), 'S'}, {STR("East"), 'E'}, {STR("West"), 'W'}};
    text = str_trim(text);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_equal_ascii_nocase(text, WORDS[i].word))
            return WORDS[i].letter;
    return 0;
}

typedef struct Cursor {
    const char *at, *end;
} Cursor;

static bool at_digit(const Cursor *cursor) {
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

// Digits with an optional fraction. Not strtod, which follows the locale.
static bool take_decimal(Cursor *cursor, double *ret) {
    double value = 0, scale = 1;
    int digits = 0;
    for (; at_digit(cursor); cursor->at++, digits++)
        value = value * 10 + (*cursor->at - '0');
    if (digits > 0 && cursor->at < cursor->end && *cursor->at == '.') {
        cursor->at++;
        for (; at_digit(cursor); cursor->at++, digits++) {
            scale /= 10;
            value += (*cursor->at - '0') * scale;
        }
    }
    *ret = value;
    return digits > 0 && digits <= 30;
}

// A decimal, or a rational such as 244/100.
static bool take_number(Cursor *cursor, double *ret) {
    if (!take_decimal(cursor, ret))
        return false;
    if (cursor->at < cursor->end && *cursor->at == '/') {
        double divisor;
        cursor->at++;
        if (!take_decimal(cursor, &divisor) || divisor == 0)
            return false;
        *ret /= divisor;
    }
    return true;
}

// What stands between the numbers of a coordinate: white space, commas, marks of degrees, minutes
// and seconds (also their Unicode forms), "deg".
static bool is_mark(unsigned char c) {
    return c <= ' ' || strchr(",;:'\"dDegG", c) != NULL || c >= 0x80;
}

static bool take_word(Cursor *cursor, char *io_letter) {
    const char *start = cursor->at;
    while (cursor->at < cursor->end && (*cursor->at | 0x20) >= 'a' && (*cursor->at | 0x20) <= 'z')
        cursor->at++;
    Str word = str_of(start, (size_t)(cursor->at - start));
    char letter = compass_letter(word);
    if (letter != 0 && *io_letter == 0)
        *io_letter = letter;
    return (letter != 0 && *io_letter == letter) || str_equal_ascii_nocase(word, STR("deg")) ||
           str_equal_ascii_nocase(word, STR("min")) || str_equal_ascii_nocase(word, STR("sec"));
}

// Degrees, minutes and seconds, or decimal degrees; sets all but the reference.
static void coordinate_parse(VicsCoordinate *coordinate, Str text) {
    Cursor cursor = {text.ptr, text.ptr + text.len};
    double parts[3] = {0};
    int count = 0;
    bool is_negative = false;
    coordinate->is_seen = true;
    coordinate->is_good = false;
    while (cursor.at < cursor.end) {
        unsigned char c = (unsigned char)*cursor.at;
        if (at_digit(&cursor)) {
            if (count == 3 || !take_number(&cursor, &parts[count++]))
                return;
        } else if ((c == '-' || c == '+') && count == 0 && !coordinate->has_sign) {
            coordinate->has_sign = true;
            is_negative = c == '-';
            cursor.at++;
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
            if (!take_word(&cursor, &coordinate->letter))
                return;
        } else if (is_mark(c)) {
            cursor.at++;
        } else {
            return;
        }
    }
    if (count == 0 || parts[1] >= 60 || parts[2] >= 60)
        return;
    double value = parts[0] + parts[1] / 60 + parts[2] / 3600;
    coordinate->value = is_negative ? -value : value;
    coordinate->is_decimal = count == 1;
    coordinate->is_good = true;
}

static void reference_parse(VicsCoordinate *coordinate, Str text) {
    if (str_trim(text).len == 0)
        return;
    coordinate->has_ref = true;
    coordinate->ref = compass_letter(text);
}

// "41.88/-87.62", "41.88, -87.62", "41.88 N, 87.62 W"
static void both_parse(VicsFacts *facts, Str text) {
    Str latitude, longitude;
    bool has_slash = str_find_byte(text, '/') >= 0;
    if (!str_cut(text, has_slash ? '/' : ',', &latitude, &longitude) ||
        str_find_byte(longitude, has_slash ? '/' : ',') >= 0)
        return;
    if (!facts->latitude.is_seen && !facts->longitude.is_seen) {
        coordinate_parse(&facts->latitude, latitude);
        coordinate_parse(&facts->longitude, longitude);
    }
}

void vics_facts_begin(VicsFacts *facts) {
    *facts = (VicsFacts){0};
}

static void fact_once(Row *row, const char *name, Str value, int64_t offset) {
    value = str_trim(value);
    if (value.len == 0)
        return;
    for (size_t i = 0; i < row->facts.len; i++)
        if (str_is(row->facts.items[i].name, name))
            return;
    row_fact(row, str_from(name), row_text(row, value, offset));
}

void vics_facts_put(VicsFacts *facts, Row *row, Str name, Str value, int64_t offset) {
    switch (fact_find(name)) {
    case FACT_NONE:
        break;
    case FACT_MAKE:
        fact_once(row, "Make", value, offset);
        break;
    case FACT_MODEL:
        fact_once(row, "Model", value, offset);
        break;
    case FACT_SERIAL:
        fact_once(row, "SerialNumber", value, offset);
        break;
    case FACT_TAKEN:
        fact_once(row, "DateTimeOriginal", value, offset);
        break;
    case FACT_SOFTWARE:
        fact_once(row, "Software", value, offset);
        break;
    case FACT_LATITUDE:
        if (!facts->latitude.is_seen)
            coordinate_parse(&facts->latitude, value);
        break;
    case FACT_LONGITUDE:
        if (!facts->longitude.is_seen)
            coordinate_parse(&facts->longitude, value);
        break;
    case FACT_LATITUDE_REF:
        reference_parse(&facts->latitude, value);
        break;
    case FACT_LONGITUDE_REF:
        reference_parse(&facts->longitude, value);
        break;
    case FACT_BOTH:
        both_parse(facts, value);
        break;
    }
}

// Degrees with their sign, or false when the hemisphere is not certain.
static bool coordinate_value(const VicsCoordinate *coordinate, char positive, char negative,
                             double limit, double *ret) {
    if (!coordinate->is_seen || !coordinate->is_good)
        return false;
    char letter = coordinate->letter;
    if (coordinate->has_ref) {
        if (letter != 0 && letter != coordinate->ref)
            return false;
        letter = coordinate->ref;
        if (letter == 0)
            return false;
    }
    if (letter != 0 && letter != positive && letter != negative)
        return false;
    if (letter == 0 && !coordinate->is_decimal && !coordinate->has_sign)
        return false;
    double value = coordinate->value;
    if (letter == positive && value < 0)
        return false;
    if (letter == negative)
        value = -fabs(value);
    if (fabs(value) > limit)
        return false;
    *ret = value;
    return true;
}

// Six digits behind the point, without the locale's point.
static void coordinate_put(Row *row, const char *name, double value) {
    char text[24];
    long long millionths = (long long)(fabs(value) * 1e6 + 0.5);
    int n = snprintf(text, sizeof text, "%s%lld.%06lld", value < 0 && millionths > 0 ? "-" : "",
                     millionths / 1000000, millionths % 1000000);
    row_fact(row, str_from(name), row_text(row, str_of(text, (size_t)n), -1));
}

void vics_facts_end(VicsFacts *facts, Row *row) {
    double value;
    if (coordinate_value(&facts->latitude, 'N', 'S', 90, &value))
        coordinate_put(row, "GPSLatitude", value);
    if (coordinate_value(&facts->longitude, 'E', 'W', 180, &value))
        coordinate_put(row, "GPSLongitude", value);
}
