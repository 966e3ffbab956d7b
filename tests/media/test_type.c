// Sniffing: every format we promise, and what must not be mistaken for one.
#include "media/type.h"
#include "t.h"

typedef struct Case {
    Str head;
    const char *mime;
    MediaClass class;
} Case;

static void check_cases(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        MediaType type = media_type_of(cases[i].head);
        CHECK_STR(str_from(type.mime), cases[i].mime);
        CHECK_INT(type.class, cases[i].class);
    }
}

TEST(pictures)
{
    static const Case CASES[] = {
        {{"\xFF\xD8\xFF\xE0\0\x10JFIF", 10}, "image/jpeg", MEDIA_CLASS_IMAGE},
        {{"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16}, "image/png", MEDIA_CLASS_IMAGE},
        {{"GIF89a\1\0\1\0", 10}, "image/gif", MEDIA_CLASS_IMAGE},
        {{"RIFF\x10\0\0\0WEBPVP8 ", 16}, "image/webp", MEDIA_CLASS_IMAGE},
        {{"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0", 26},
         "image/bmp",
         MEDIA_CLASS_IMAGE},
        {{"II*\0\x08\0\0\0", 8}, "image/tiff", MEDIA_CLASS_IMAGE},
        {{"MM\0*\0\0\0\x08", 8}, "image/tiff", MEDIA_CLASS_IMAGE},
        {{"\0\0\0\x18"
          "ftypheic\0\0\0\0mif1heic",
          24},
         "image/heic",
         MEDIA_CLASS_IMAGE},
        {{"\0\0\0\x18"
          "ftypmif1\0\0\0\0mif1heic",
          24},
         "image/heic",
         MEDIA_CLASS_IMAGE},
        {{"\0\0\0\x18"
          "ftypmif1\0\0\0\0mif1miaf",
          24},
         "image/heif",
         MEDIA_CLASS_IMAGE},
        {{"\0\0\0\x1C"
          "ftypmif1\0\0\0\0mif1avifmiaf",
          28},
         "image/avif",
         MEDIA_CLASS_IMAGE},
        {{"\0\0\0\x1C"
          "ftypavif\0\0\0\0mif1avifmiaf",
          28},
         "image/avif",
         MEDIA_CLASS_IMAGE},
        {{"\xFF\x0A\x11\x22", 4}, "image/jxl", MEDIA_CLASS_IMAGE},
        {{"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0", 22},
         "image/vnd.microsoft.icon",
         MEDIA_CLASS_IMAGE},
    };
    check_cases(CASES, sizeof CASES / sizeof CASES[0]);
}

TEST(videos_and_sound)
{
    static const Case CASES[] = {
        {{"\0\0\0\x18"
          "ftypmp42\0\0\0\0mp42isom",
          24},
         "video/mp4",
         MEDIA_CLASS_VIDEO},
        {{"\0\0\0\x14"
          "ftypqt  \0\0\0\0qt  ",
          20},
         "video/quicktime",
         MEDIA_CLASS_VIDEO},
        {{"\0\0\0\x14"
          "ftyp3gp5\0\0\0\0isom",
          20},
         "video/3gpp",
         MEDIA_CLASS_VIDEO},
        {{"\0\0\0\x14"
          "ftypM4A \0\0\0\0isom",
          20},
         "audio/mp4",
         MEDIA_CLASS_OTHER},
        {{"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84webm", 16},
         "video/webm",
         MEDIA_CLASS_VIDEO},
        {{"\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska", 16}, "video/x-matroska", MEDIA_CLASS_VIDEO},
        {{"RIFF\x10\0\0\0AVI LIST", 16}, "video/x-msvideo", MEDIA_CLASS_VIDEO},
        {{"RIFF\x10\0\0\0WAVEfmt ", 16}, "audio/wav", MEDIA_CLASS_OTHER},
        {{"FLV\x01\x05\0\0\0\x09", 9}, "video/x-flv", MEDIA_CLASS_VIDEO},
        {{"\0\0\1\xBA\x44\0\4\0", 8}, "video/mpeg", MEDIA_CLASS_VIDEO},
    };
    check_cases(CASES, sizeof CASES / sizeof CASES[0]);
    char stream[600] = {0};
    for (int i = 0; i < 4; i++)
        stream[188 * i] = 0x47;
    CHECK_STR(str_from(media_type_of(str_of(stream, sizeof stream)).mime), "video/mp2t");
}

TEST(archives_and_streams)
{
    static const Case CASES[] = {
        {{"PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0", 16}, "application/zip", MEDIA_CLASS_ARCHIVE},
        {{"PK\5\6\0\0\0\0", 8}, "application/zip", MEDIA_CLASS_ARCHIVE},
        {{"7z\xBC\xAF\x27\x1C\0\4", 8}, "application/x-7z-compressed", MEDIA_CLASS_ARCHIVE},
        {{"Rar!\x1A\7\0\xCF", 8}, "application/vnd.rar", MEDIA_CLASS_ARCHIVE},
        {{"Rar!\x1A\7\1\0", 8}, "application/vnd.rar", MEDIA_CLASS_ARCHIVE},
        {{"\x1F\x8B\x08\0", 4}, "application/gzip", MEDIA_CLASS_COMPRESSED},
        {{"BZh91AY&SY\0\0", 12}, "application/x-bzip2", MEDIA_CLASS_COMPRESSED},
        {{"\xFD"
          "7zXZ\0\0\4",
          8},
         "application/x-xz",
         MEDIA_CLASS_COMPRESSED},
        {{"\x28\xB5\x2F\xFD\x04", 5}, "application/zstd", MEDIA_CLASS_COMPRESSED},
        {{"\x04\x22\x4D\x18\x64", 5}, "application/x-lz4", MEDIA_CLASS_COMPRESSED},
    };
    check_cases(CASES, sizeof CASES / sizeof CASES[0]);
    char zip[128] = "PK\3\4";
    memcpy(zip + 30, "mimetypeapplication/vnd.oasis.opendocument.text", 47);
    MediaType odt = media_type_of(str_of(zip, sizeof zip));
    CHECK_STR(str_from(odt.mime), "application/vnd.oasis.opendocument.text");
    CHECK_INT(odt.class, MEDIA_CLASS_ARCHIVE);
}

TEST(an_old_tar_is_known_by_its_checksum)
{
    char header[512] = "folder/a.txt";
    memcpy(header + 100, "0000644", 7);
    memcpy(header + 124, "00000000012", 11);
    memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; i++)
        sum += (uint8_t)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    CHECK_STR(str_from(media_type_of(str_of(header, 512)).mime), "application/x-tar");
    header[0] = 'F';
    CHECK_STR(str_from(media_type_of(str_of(header, 512)).mime), "application/octet-stream");
}

TEST(text)
{
    static const Case CASES[] = {
        {{"", 0}, "inode/x-empty", MEDIA_CLASS_OTHER},
        {{"\0\1\2\3", 4}, "application/octet-stream", MEDIA_CLASS_OTHER},
        {{"a note\n", 7}, "text/plain", MEDIA_CLASS_OTHER},
        {{"\xD8\xA7\xD9\x84\n", 5}, "text/plain", MEDIA_CLASS_OTHER},
        {{"\xC3(", 2}, "application/octet-stream", MEDIA_CLASS_OTHER},
        {{"\xFF\xFE"
          "a\0b\0",
          6},
         "text/plain",
         MEDIA_CLASS_OTHER},
        {{"\xEF\xBB\xBF{\"a\":1}", 10}, "application/json", MEDIA_CLASS_OTHER},
        {{" [ 1, 2]", 8}, "application/json", MEDIA_CLASS_OTHER},
        {{"[section]\n", 10}, "text/plain", MEDIA_CLASS_OTHER},
        {{"<!DOCTYPE html><p>", 18}, "text/html", MEDIA_CLASS_OTHER},
        {{"<?xml version=\"1.0\"?><a/>", 25}, "application/xml", MEDIA_CLASS_OTHER},
        {{"<svg xmlns=\"x\"/>", 16}, "image/svg+xml", MEDIA_CLASS_OTHER},
        {{"%PDF-1.7\n%\xE2\xE3", 11}, "application/pdf", MEDIA_CLASS_OTHER},
        {{"SQLite format 3\0", 16}, "application/vnd.sqlite3", MEDIA_CLASS_OTHER},
        {{"BMW is a word", 13}, "text/plain", MEDIA_CLASS_OTHER},
    };
    check_cases(CASES, sizeof CASES / sizeof CASES[0]);
}
