// Tells what a file is by its first bytes: magic numbers first, then containers looked into, then
// text. Signatures are those of the formats' own specifications.
#include "media/type.h"

#include "base/bytes.h"
#include "base/utf8.h"

typedef struct Magic {
    uint16_t at;
    uint8_t length;
    char bytes[12];
    MediaType type;
} Magic;

#define MAGIC(at, text, mime, class) \
    { \
        at, sizeof(text) - 1, text, { \
            mime, MEDIA_CLASS_##class \
        } \
    }

// Signatures that need no second look. Longer ones stand before shorter ones they would hide.
static const Magic MAGICS[] = {
    MAGIC(0, "\xFF\xD8\xFF", "image/jpeg", IMAGE),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "image/png", IMAGE),
    MAGIC(0, "GIF87a", "image/gif", IMAGE),
    MAGIC(0, "GIF89a", "image/gif", IMAGE),
    MAGIC(0, "II*\0", "image/tiff", IMAGE),
    MAGIC(0, "MM\0*", "image/tiff", IMAGE),
    MAGIC(0, "II+\0", "image/tiff", IMAGE),
    MAGIC(0, "MM\0+", "image/tiff", IMAGE),
    MAGIC(0, "\xFF\x0A", "image/jxl", IMAGE),
    MAGIC(0, "\0\0\0\x0CJXL \r\n\x87\n", "image/jxl", IMAGE),
    MAGIC(0, "\0\0\0\x0CjP  \r\n\x87\n", "image/jp2", IMAGE),
    MAGIC(0, "\xFF\x4F\xFF\x51", "image/jp2", IMAGE),
    MAGIC(0, "8BPS\0\x01\0\0\0\0\0", "image/vnd.adobe.photoshop", IMAGE),
    MAGIC(0, "8BPS\0\x02\0\0\0\0\0", "image/vnd.adobe.photoshop", IMAGE),
    MAGIC(0, "FLV\x01", "video/x-flv", VIDEO),
    MAGIC(0, "\0\0\x01\xBA", "video/mpeg", VIDEO),
    MAGIC(0, "\0\0\x01\xB3", "video/mpeg", VIDEO),
    MAGIC(0, "0&\xB2u\x8E\x66\xCF\x11", "video/x-ms-wmv", VIDEO),
    MAGIC(0, ".RMF\0\0\0", "application/vnd.rn-realmedia", VIDEO),
    MAGIC(0, "PK\x05\x06", "application/zip", ARCHIVE),
    MAGIC(0, "PK\x07\x08PK\x03\x04", "application/zip", ARCHIVE),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed", ARCHIVE),
    MAGIC(0, "Rar!\x1A\x07\0", "application/vnd.rar", ARCHIVE),
    MAGIC(0, "Rar!\x1A\x07\x01\0", "application/vnd.rar", ARCHIVE),
    MAGIC(257, "ustar", "application/x-tar", ARCHIVE),
    MAGIC(0, "070701", "application/x-cpio", ARCHIVE),
    MAGIC(0, "070702", "application/x-cpio", ARCHIVE),
    MAGIC(0, "070707", "application/x-cpio", ARCHIVE),
    MAGIC(0, "!<arch>\n", "application/x-archive", ARCHIVE),
    MAGIC(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed", ARCHIVE),
    MAGIC(32769, "CD001", "application/x-iso9660-image", ARCHIVE),
    MAGIC(0, "\x1F\x8B\x08", "application/gzip", COMPRESSED),
    MAGIC(0, "\x1F\x9D", "application/x-compress", COMPRESSED),
    MAGIC(0, "\xFD\x37zXZ\0", "application/x-xz", COMPRESSED),
    MAGIC(0, "\x28\xB5\x2F\xFD", "application/zstd", COMPRESSED),
    MAGIC(0, "\x04\x22\x4D\x18", "application/x-lz4", COMPRESSED),
    MAGIC(0, "LZIP\x01", "application/x-lzip", COMPRESSED),
    MAGIC(0, "SQLite form", "application/vnd.sqlite3", OTHER),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage", OTHER),
    MAGIC(0, "\x7F\x45LF", "application/x-elf", OTHER),
    MAGIC(0, "!BDN", "application/vnd.ms-outlook", OTHER),
    MAGIC(0, "%PDF-", "application/pdf", OTHER),
    MAGIC(0, "%!PS-Adobe", "application/postscript", OTHER),
    MAGIC(0, "ID3", "audio/mpeg", OTHER),
    MAGIC(0, "fLaC", "audio/flac", OTHER),
};

static bool has_at(Str head, size_t at, Str bytes) {
    return range_fits(at, bytes.len, head.len) && memcmp(head.ptr + at, bytes.ptr, bytes.len) == 0;
}

static bool contains(Str head, size_t within, Str bytes) {
    return str_find(str_of(head.ptr, head.len < within ? head.len : within), bytes) >= 0;
}

static bool brand_is(Str head, size_t at, const char *brands) {
    if (!range_fits(at, 4, head.len))
        return false;
    for (; brands[0] != '\0'; brands += 4)
        if (memcmp(head.ptr + at, brands, 4) == 0)
            return true;
    return false;
}

// ISO base media files: the brands of the ftyp box say which family; a picture's own brand may
// stand among the compatible ones behind the general mif1.
static MediaType type_of_ftyp(Str head) {
    size_t end = load_be32(head.ptr);
    if (end > head.len || end < 16)
        end = head.len;
    bool is_avif = false, is_heic = false, is_heif = false;
    for (size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
        is_avif |= brand_is(head, at, "avifavis");
        is_heic |= brand_is(head, at, "heicheixheimheishevchevxhevmhevs");
        is_heif |= brand_is(head, at, "mif1msf1");
    }
    bool is_picture_major =
        brand_is(head, 8, "avifavisheicheixheimheishevchevxhevmhevsmif1msf1miaf");
    if (is_picture_major && is_avif)
        return (MediaType){"image/avif", MEDIA_CLASS_IMAGE};
    if (is_picture_major && is_heic)
        return (MediaType){"image/heic", MEDIA_CLASS_IMAGE};
    if (is_picture_major && is_heif)
        return (MediaType){"image/heif", MEDIA_CLASS_IMAGE};
    if (brand_is(head, 8, "qt  "))
        return (MediaType){"video/quicktime", MEDIA_CLASS_VIDEO};
    if (has_at(head, 8, STR("3gp")))
        return (MediaType){"video/3gpp", MEDIA_CLASS_VIDEO};
    if (has_at(head, 8, STR("3g2")))
        return (MediaType){"video/3gpp2", MEDIA_CLASS_VIDEO};
    if (brand_is(head, 8, "M4A M4B M4P "))
        return (MediaType){"audio/mp4", MEDIA_CLASS_OTHER};
    if (brand_is(head, 8, "crx "))
        return (MediaType){"image/x-canon-cr3", MEDIA_CLASS_IMAGE};
    if (brand_is(head, 8, "jp2 jpx jpm "))
        return (MediaType){"image/jp2", MEDIA_CLASS_IMAGE};
    return (MediaType){"video/mp4", MEDIA_CLASS_VIDEO};
}

// Office documents are archives to us, because pictures hide in them; only the name differs.
static MediaType type_of_zip(Str head) {
    static const char *const DECLARED[] = {
        "application/epub+zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.graphics",
    };
    MediaType type = {"application/zip", MEDIA_CLASS_ARCHIVE};
    if (has_at(head, 30, STR("mimetype"))) {
        for (size_t i = 0; i < sizeof DECLARED / sizeof DECLARED[0]; i++)
            if (has_at(head, 38, str_from(DECLARED[i])))
                type.mime = DECLARED[i];
    } else if (has_at(head, 30, STR("[Content_Types].xml")) || has_at(head, 30, STR("_rels/"))) {
        if (contains(head, head.len, STR("word/")))
            type.mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        else if (contains(head, head.len, STR("xl/")))
            type.mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        else if (contains(head, head.len, STR("ppt/")))
            type.mime = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    } else if (has_at(head, 30, STR("META-INF/"))) {
        type.mime = "application/java-archive";
    }
    return type;
}

static bool is_bmp(Str head) {
    if (head.len < 26 || !has_at(head, 0, STR("BM")))
        return false;
    uint32_t header = load_le32(head.ptr + 14);
    return header == 12 || header == 16 || (header >= 40 && header <= 256);
}

// Before ustar a tar header had no magic; its checksum (POSIX.1-1988, 6 octal digits at 148) tells.
static bool is_old_tar(Str head) {
    if (head.len < 512 || head.ptr[0] == '\0')
        return false;
    const uint8_t *bytes = (const uint8_t *)head.ptr;
    unsigned sum = 8 * ' ', stored = 0, digits = 0;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? 0 : bytes[i];
    for (size_t i = 148; i < 156; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '7') {
            stored = stored * 8 + (bytes[i] - '0');
            digits++;
        } else if (bytes[i] != ' ' && bytes[i] != '\0') {
            return false;
        } else if (digits > 0) {
            break;
        }
    }
    return digits >= 3 && stored == sum;
}

static bool is_transport_stream(Str head, size_t first, size_t packet) {
    if (head.len < first + 3 * packet + 1)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (head.ptr[first + i * packet] != 0x47)
            return false;
    return true;
}

static bool is_bzip2(Str head) {
    return has_at(head, 0, STR("BZh")) && head.len >= 10 && head.ptr[3] >= '1' &&
           head.ptr[3] <= '9' &&
           (has_at(head, 4, STR("1AY&SY")) || has_at(head, 4, STR("\x17rE8P\x90")));
}

static bool is_icon(Str head) {
    if (head.len < 22 || load_le16(head.ptr) != 0 || head.ptr[9] != 0)
        return false;
    uint16_t kind = load_le16(head.ptr + 2), count = load_le16(head.ptr + 4);
    uint32_t size = load_le32(head.ptr + 14), at = load_le32(head.ptr + 18);
    return (kind == 1 || kind == 2) && count > 0 && count < 256 && size >= 40 &&
           at >= 6u + 16u * count && at < 1u << 24;
}

static bool is_quicktime_without_ftyp(Str head) {
    static const char *const ATOMS = "moovmdatwidepnot";
    return brand_is(head, 4, ATOMS) && (load_be32(head.ptr) >= 8 || load_be32(head.ptr) == 1);
}

// Containers whose first bytes must be looked into. False when none fits.
static bool container_of(Str head, MediaType *ret) {
    if (head.len < 12)
        return false;
    if (has_at(head, 0, STR("RIFF")) && has_at(head, 8, STR("WEBP")))
        *ret = (MediaType){"image/webp", MEDIA_CLASS_IMAGE};
    else if (has_at(head, 0, STR("RIFF")) && has_at(head, 8, STR("AVI ")))
        *ret = (MediaType){"video/x-msvideo", MEDIA_CLASS_VIDEO};
    else if (has_at(head, 0, STR("RIFF")) && has_at(head, 8, STR("WAVE")))
        *ret = (MediaType){"audio/wav", MEDIA_CLASS_OTHER};
    else if (has_at(head, 4, STR("ftyp")))
        *ret = type_of_ftyp(head);
    else if (is_quicktime_without_ftyp(head))
        *ret = (MediaType){"video/quicktime", MEDIA_CLASS_VIDEO};
    else if (has_at(head, 0, STR("\x1A\x45\xDF\xA3")))
        *ret = contains(head, 128, STR("webm"))
                   ? (MediaType){"video/webm", MEDIA_CLASS_VIDEO}
                   : (MediaType){"video/x-matroska", MEDIA_CLASS_VIDEO};
    else if (has_at(head, 0, STR("OggS")))
        *ret = contains(head, 512, STR("\x80theora")) ? (MediaType){"video/ogg", MEDIA_CLASS_VIDEO}
                                                      : (MediaType){"audio/ogg", MEDIA_CLASS_OTHER};
    else if (has_at(head, 0, STR("PK\x03\x04")))
        *ret = type_of_zip(head);
    else if (is_bmp(head))
        *ret = (MediaType){"image/bmp", MEDIA_CLASS_IMAGE};
    else if (is_icon(head))
        *ret = (MediaType){"image/vnd.microsoft.icon", MEDIA_CLASS_IMAGE};
    else if (is_bzip2(head))
        *ret = (MediaType){"application/x-bzip2", MEDIA_CLASS_COMPRESSED};
    else if (is_transport_stream(head, 0, 188) || is_transport_stream(head, 4, 192))
        *ret = (MediaType){"video/mp2t", MEDIA_CLASS_VIDEO};
    else if (is_old_tar(head))
        *ret = (MediaType){"application/x-tar", MEDIA_CLASS_ARCHIVE};
    else if (contains(head, 1024, STR("%PDF-")))
        *ret = (MediaType){"application/pdf", MEDIA_CLASS_OTHER};
    else
        return false;
    return true;
}

static bool starts_with_nocase(Str s, Str prefix) {
    return s.len >= prefix.len && str_equal_ascii_nocase(str_of(s.ptr, prefix.len), prefix);
}

static MediaType type_of_text(Str head) {
    static const MediaType BYTES = {"application/octet-stream", MEDIA_CLASS_OTHER};
    static const MediaType PLAIN = {"text/plain", MEDIA_CLASS_OTHER};
    if (has_at(head, 0, STR("\xFF\xFE")) || has_at(head, 0, STR("\xFE\xFF")))
        return head.len % 2 == 0 && head.len >= 4 ? PLAIN : BYTES;
    // The window may cut the last character in two.
    if (utf8_valid_prefix(head) + 3 < head.len)
        return BYTES;
    if (utf8_valid_prefix(head) < head.len && head.len < MEDIA_TYPE_WINDOW)
        return BYTES;
    for (size_t i = 0; i < head.len; i++) {
        uint8_t c = (uint8_t)head.ptr[i];
        if ((c < ' ' && (c < '\b' || c > '\r') && c != 0x1B) || c == 0x7F)
            return BYTES;
    }
    Str text = has_at(head, 0, STR("\xEF\xBB\xBF")) ? str_from_index(head, 3) : head;
    text = str_trim(text);
    bool is_xml = starts_with_nocase(text, STR("<?xml"));
    if ((is_xml || starts_with_nocase(text, STR("<svg")) ||
         starts_with_nocase(text, STR("<!--"))) &&
        contains(text, 2048, STR("<svg")))
        return (MediaType){"image/svg+xml", MEDIA_CLASS_OTHER};
    if (starts_with_nocase(text, STR("<!doctype html")) || starts_with_nocase(text, STR("<html")) ||
        (is_xml && contains(text, 2048, STR("<html"))))
        return (MediaType){"text/html", MEDIA_CLASS_OTHER};
    if (is_xml)
        return (MediaType){"application/xml", MEDIA_CLASS_OTHER};
    if (text.len >= 2 && (text.ptr[0] == '{' || text.ptr[0] == '[')) {
        Str inner = str_trim(str_from_index(text, 1));
        if (inner.len > 0 && strchr("\"{[]}-0123456789tfn", inner.ptr[0]) != NULL)
            return (MediaType){"application/json", MEDIA_CLASS_OTHER};
    }
    return PLAIN;
}

MediaType media_type_of(Str head) {
    if (head.len == 0)
        return (MediaType){"inode/x-empty", MEDIA_CLASS_OTHER};
    for (size_t i = 0; i < sizeof MAGICS / sizeof MAGICS[0]; i++)
        if (has_at(head, MAGICS[i].at, str_of(MAGICS[i].bytes, MAGICS[i].length)))
            return MAGICS[i].type;
    MediaType type;
    if (container_of(head, &type))
        return type;
    return type_of_text(head);
}
