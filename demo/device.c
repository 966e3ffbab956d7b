// Folders of the device, and the files on it that are no pictures or no whole ones.
#include "device.h"

#include <stdio.h>

#include "base/file.h"

static const char *const FOLDERS[] = {"DCIM/100MEDIA",
                                      "DCIM/Camera",
                                      "Download",
                                      "Documents/office/attachments",
                                      "Backup/old phone/pictures",
                                      "Chat/Images",
                                      "Pictures/Saved",
                                      "صور",
                                      "Pictures/Screenshots",
                                      "Backup/2023/August",
                                      "รูปภาพ",
                                      "Téléchargements",
                                      "System",
                                      "Chat/Databases"};

// Text files of no interest; their bytes are the same on every device.
static const struct {
    const char *path, *text;
} TEXTS[] = {
    {"Documents/shopping.txt", "milk\nrice 2 kg\nsoap\nlight bulbs E27\n"},
    {"Documents/notes.md", "# Notes\n\n- measure the window\n- return the ladder\n"},
    {"Documents/budget.csv", "month;rent;power\n1;610;48\n2;610;51\n3;610;44\n"},
    {"Documents/page.html", "<!doctype html><title>Opening hours</title><p>Open 9–18.</p>\n"},
    {"Documents/manual.pdf",
     "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages "
     "/Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"},
    {"System/settings.ini", "[display]\nbrightness=70\n[sound]\nvolume=35\n"},
    {"System/device.log",
     "2024-05-01 08:00:01 start\n2024-05-01 08:00:03 ready\n2024-05-01 22:14:40 stop\n"},
    {"Download/readme.txt", "Unpack the archive and open index.html.\n"},
    {"Chat/Databases/schema.sql", "CREATE TABLE message (id INTEGER, sent INTEGER, body TEXT);\n"},
};
static const char *const EMPTIES[] = {"Download/download.part", "DCIM/100MEDIA/.nomedia",
                                      "Chat/Images/pending.jpg"};

Err device_make_folders(const char *root, Diag *diag) {
    char path[1024];
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", root, FOLDERS[i]);
        TRY(folder_make(path, diag));
    }
    return ERR_OK;
}

static Err stray_write(const char *root, const char *name, Str content, Diag *diag) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return file_replace(path, content, false, diag);
}

// Files that look like pictures and cannot be decoded.
static Err broken_write(const Plan *plan, const char *root, int *ret_count, Diag *diag) {
    static const struct {
        const char *path, *head;
        size_t head_size;
    } BROKEN[] = {
        {"Download/broken-1.jpg", "\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0", 20},
        {"Download/broken-2.png",
         "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x02\0\0\0\x02\0\x08\x02\0\0\0", 29},
        {"Chat/Images/broken-3.webp", "RIFF\x10\x27\0\0WEBPVP8 ", 16},
        {"Pictures/Saved/not-a-picture.jpg", "", 0},
    };
    Prng dice = {plan->seed + 404};
    *ret_count = 0;
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
        char bytes[6000];
        for (size_t at = 0; at < sizeof bytes; at++)
            bytes[at] = (char)prng_next(&dice);
        memcpy(bytes, BROKEN[i].head, BROKEN[i].head_size);
        TRY(stray_write(root, BROKEN[i].path, str_of(bytes, sizeof bytes), diag));
        ++*ret_count;
    }
    return ERR_OK;
}

Err device_write_strays(const Plan *plan, const char *root, StrayCounts *ret, Diag *diag) {
    StrayCounts counts = {0};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++, counts.texts++)
        TRY(stray_write(root, TEXTS[i].path, str_from(TEXTS[i].text), diag));
    for (size_t i = 0; i < sizeof EMPTIES / sizeof EMPTIES[0]; i++, counts.empties++)
        TRY(stray_write(root, EMPTIES[i], (Str){"", 0}, diag));
    TRY(broken_write(plan, root, &counts.broken_images, diag));
    *ret = counts;
    return ERR_OK;
}
