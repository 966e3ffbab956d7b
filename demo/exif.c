// A small EXIF writer: the facts that a camera leaves in a JPEG.
#include "base/bytes.h"
#include "encode.h"

enum {
    TYPE_ASCII = 2,
    TYPE_SHORT = 3,
    TYPE_LONG = 4,
    TYPE_RATIONAL = 5,
    TYPE_BYTE = 1,
    ENTRIES_MAX = 8,
    TIFF_MAX = 1024
};

// One directory under construction: its entries stand at `at`, longer values are appended at *end.
// Big endian.
typedef struct Directory {
    uint8_t *tiff;
    size_t at, count;
    size_t *end;
} Directory;

static void store_be16(uint8_t *to, unsigned value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}
static void store_be32(uint8_t *to, uint32_t value) {
    store_be16(to, value >> 16);
    store_be16(to + 2, value & 0xFFFF);
}

static Directory directory_begin(uint8_t *tiff, size_t *end, size_t entries) {
    Directory directory = {tiff, *end, 0, end};
    *end += 2 + entries * 12 + 4;
    return directory;
}

static void directory_put(Directory *directory, unsigned tag, unsigned type, uint32_t count,
                          const uint8_t *value, size_t size) {
    uint8_t *entry = directory->tiff + directory->at + 2 + directory->count++ * 12;
    store_be16(directory->tiff + directory->at, (unsigned)directory->count);
    store_be16(entry, tag);
    store_be16(entry + 2, type);
    store_be32(entry + 4, count);
    if (size <= 4) {
        memcpy(entry + 8, value, size);
        return;
    }
    store_be32(entry + 8, (uint32_t)*directory->end);
    memcpy(directory->tiff + *directory->end, value, size);
    *directory->end += size + size % 2;
}

static void directory_put_text(Directory *directory, unsigned tag, const char *text) {
    size_t size = strlen(text) + 1;
    directory_put(directory, tag, TYPE_ASCII, (uint32_t)size, (const uint8_t *)text, size);
}
static void directory_put_long(Directory *directory, unsigned tag, size_t number) {
    uint8_t value[4];
    store_be32(value, (uint32_t)number);
    directory_put(directory, tag, TYPE_LONG, 1, value, sizeof value);
}
static void directory_put_degrees(Directory *directory, unsigned tag, double degrees) {
    double whole = floor(degrees), minutes = floor((degrees - whole) * 60);
    double seconds = ((degrees - whole) * 60 - minutes) * 60;
    uint8_t value[24];
    const uint32_t parts[6] = {(uint32_t)whole,           1,  (uint32_t)minutes, 1,
                               (uint32_t)(seconds * 100), 100};
    for (int i = 0; i < 6; i++)
        store_be32(value + 4 * i, parts[i]);
    directory_put(directory, tag, TYPE_RATIONAL, 3, value, sizeof value);
}

void exif_put(StrBuf *out, const CameraFacts *camera) {
    uint8_t tiff[TIFF_MAX] = "MM\0\x2A\0\0\0\x08";
    size_t end = 8;
    Directory main = directory_begin(tiff, &end, camera->has_place ? 7 : 6);
    directory_put_text(&main, 0x010F, camera->make);
    directory_put_text(&main, 0x0110, camera->model);
    directory_put(&main, 0x0112, TYPE_SHORT, 1, (const uint8_t[4]){0, 1, 0, 0},
                  4); // orientation: upright
    directory_put_text(&main, 0x0131, camera->software);
    directory_put_text(&main, 0x0132, camera->taken);
    directory_put_long(&main, 0x8769, end);
    size_t place_pointer = main.at + 2 + main.count * 12;
    if (camera->has_place)
        directory_put_long(&main, 0x8825, 0);
    store_be32(tiff + place_pointer - 4,
               (uint32_t)end); // the EXIF directory follows the values above
    Directory exif = directory_begin(tiff, &end, 3);
    directory_put(&exif, 0x9000, 7, 4, (const uint8_t *)"0231", 4);
    directory_put_text(&exif, 0x9003, camera->taken);
    directory_put_text(&exif, 0x9004, camera->taken);
    if (camera->has_place) {
        store_be32(tiff + place_pointer + 8, (uint32_t)end);
        Directory place = directory_begin(tiff, &end, 5);
        directory_put(&place, 0, TYPE_BYTE, 4, (const uint8_t[4]){2, 3, 0, 0}, 4);
        directory_put_text(&place, 1, camera->latitude < 0 ? "S" : "N");
        directory_put_degrees(&place, 2, fabs(camera->latitude));
        directory_put_text(&place, 3, camera->longitude < 0 ? "W" : "E");
        directory_put_degrees(&place, 4, fabs(camera->longitude));
    }
    strbuf_put(out, (Str){"Exif\0\0", 6});
    strbuf_put(out, str_of(tiff, end));
}
