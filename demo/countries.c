// The country kits as data: plugs, driving side, money, plates, plants and building parts of some
// fifty countries.
#include <string.h>

#include "country.h"

#define W(kind) WINDOW_##kind
#define P(kind) PLANT_##kind
#define T(kind) TERRAIN_##kind
#define S(kind) SWITCH_##kind

// clang-format off
const Country COUNTRIES[] = {
    // Europe
    {"GB", "en", "en-GB", "G", true, "£{n}", 1.35, 2, 500, 509, PLATE_YELLOW, "AA99 AAA", NULL, W(SASH) | W(CASEMENT), P(BROADLEAF) | P(CONIFER), T(FLAT) | T(HILLS), S(ROCKER), false, true, ".co.uk", "01999 999999"},
    {"IE", "en", "en-IE", "G", true, "€{n}", 1.25, 2, 539, 539, PLATE_EU, "999-L-99999", "DCGK", W(SASH) | W(CASEMENT), P(BROADLEAF), T(HILLS) | T(SEA), S(ROCKER), true, true, ".ie", "01 999 9999"},
    {"FR", "fr", "fr-FR", "EC", false, "{n} €", 1.15, 2, 300, 379, PLATE_EU, "AA-999-AA", NULL, W(CASEMENT) | W(SHUTTER), P(BROADLEAF) | P(CYPRESS), T(FLAT) | T(HILLS) | T(ALPS), S(WIDE), false, true, ".fr", "09 99 99 99 99"},
    {"DE", "de", "de-DE", "FC", false, "{n} €", 1.19, 2, 400, 440, PLATE_EU, "L-AA 9999", "BHMKF", W(CASEMENT) | W(SHUTTER), P(BROADLEAF) | P(CONIFER) | P(BIRCH), T(FLAT) | T(HILLS), S(WIDE), false, true, ".de", "0999 999999"},
    {"ES", "es", "es-ES", "FC", false, "{n} €", 0.98, 2, 840, 849, PLATE_EU, "9999 LLL", "BCDFGHJKLMNPRSTVWXYZ", W(SHUTTER) | W(CASEMENT), P(PALM) | P(CYPRESS), T(HILLS) | T(SEA) | T(DESERT), S(WIDE), false, true, ".es", "999 99 99 99"},
    {"PT", "pt-PT", "pt-PT", "FC", false, "{n} €", 0.96, 2, 560, 560, PLATE_EU, "AA-99-AA", NULL, W(CASEMENT) | W(SHUTTER), P(PALM) | P(EUCALYPT), T(HILLS) | T(SEA), S(WIDE), false, false, ".pt", "299 999 999"},
    {"IT", "it", "it-IT", "LFC", false, "{n} €", 1.65, 2, 800, 839, PLATE_EU, "AA 999 AA", NULL, W(SHUTTER) | W(CASEMENT), P(CYPRESS) | P(BROADLEAF), T(HILLS) | T(ALPS) | T(SEA), S(ROCKER), false, true, ".it", "09 9999 9999"},
    {"CH", "de", "de-CH", "JC", false, "CHF {n}", 1.80, 2, 760, 769, PLATE_PLAIN, "LH 999999", "Z", W(CASEMENT) | W(SHUTTER), P(CONIFER) | P(BROADLEAF), T(ALPS), S(WIDE), false, true, ".ch", "099 999 99 99"},
    {"NL", "nl", "nl-NL", "FC", false, "€ {n}", 1.29, 2, 870, 879, PLATE_EU_YELLOW, "AA-999-L", "BDFGHJKLNPRSTVXZ", W(CASEMENT), P(BROADLEAF) | P(BIRCH), T(FLAT) | T(SEA), S(WIDE), false, true, ".nl", "099 999 9999"},
    {"DK", "da", "da-DK", "KC", false, "{n} kr.", 13.95, 2, 570, 579, PLATE_EU, "AA 99 999", NULL, W(CASEMENT), P(BROADLEAF) | P(BIRCH), T(FLAT) | T(SEA), S(ROCKER), false, true, ".dk", "99 99 99 99"},
    {"SE", "sv", "sv-SE", "FC", false, "{n} kr", 15.90, 2, 730, 739, PLATE_EU, "LLL 99L", "ABCDEFGHJKLMNPRSTUXYZ", W(CASEMENT), P(BIRCH) | P(CONIFER), T(FLAT) | T(SEA), S(WIDE), false, true, ".se", "099-999 99 99"},
    {"FI", "fi", "fi-FI", "FC", false, "{n} €", 1.09, 2, 640, 649, PLATE_EU, "AAA-999", NULL, W(CASEMENT), P(BIRCH) | P(CONIFER), T(FLAT) | T(SEA), S(WIDE), false, true, ".fi", "099 999 9999"},
    {"PL", "pl", "pl-PL", "EC", false, "{n} zł", 3.99, 2, 590, 590, PLATE_EU, "LA 99999", "WKPG", W(CASEMENT), P(BIRCH) | P(CONIFER) | P(BROADLEAF), T(FLAT), S(WIDE), false, true, ".pl", "99 999 99 99"},
    {"CZ", "cs", "cs-CZ", "EC", false, "{n} Kč", 24.90, 2, 859, 859, PLATE_EU, "9L9 9999", "ABCEHJKLMPSTUZ", W(CASEMENT), P(BROADLEAF) | P(CONIFER), T(HILLS), S(WIDE), false, true, ".cz", "999 999 999"},
    {"HU", "hu", "hu-HU", "FC", false, "{n} Ft", 429, 0, 599, 599, PLATE_EU, "AA LL-999", "ABCDEFGHJKL", W(CASEMENT) | W(SHUTTER), P(BROADLEAF), T(FLAT), S(WIDE), false, true, ".hu", "06 9 999 9999"},
    {"RO", "ro", "ro-RO", "FC", false, "{n} lei", 7.49, 2, 594, 594, PLATE_EU, "L 99 AAA", "B", W(CASEMENT), P(BROADLEAF) | P(CONIFER), T(HILLS) | T(ALPS), S(WIDE), false, true, ".ro", "099 999 9999"},
    {"GR", "el", "el-GR", "FC", false, "{n} €", 1.55, 2, 520, 521, PLATE_EU, "LLL-9999", "ABEZHIKMNOPTYX", W(CASEMENT) | W(SHUTTER), P(CYPRESS) | P(PALM), T(HILLS) | T(SEA), S(WIDE), false, true, ".gr", "299 999 9999"},
    {"BG", "bg", "bg-BG", "FC", false, "{n} €", 1.49, 2, 380, 380, PLATE_EU, "L 9999 LL", "ABEKMHOPCTYX", W(CASEMENT), P(BROADLEAF) | P(CONIFER), T(HILLS), S(WIDE), false, true, ".bg", "099 999 999"},
    {"UA", "uk", "uk-UA", "FC", false, "{n} ₴", 44.90, 2, 482, 482, PLATE_EU, "LL 9999 LL", "ABEIKMHOPCTX", W(CASEMENT), P(BIRCH) | P(BROADLEAF), T(FLAT), S(WIDE), false, true, ".ua", "099 999 9999"},
    {"RU", "ru", "ru-RU", "FC", false, "{n} ₽", 84.90, 2, 460, 469, PLATE_PLAIN, "L999LL 99", "ABEKMHOPCTYX", W(CASEMENT), P(BIRCH) | P(CONIFER), T(FLAT), S(WIDE), false, true, ".ru", "8 (999) 999-99-99"},
    // Western Asia and the Caucasus
    {"TR", "tr", "tr-TR", "FC", false, "{n} ₺", 39.90, 2, 868, 869, PLATE_EU, "99 AAA 99", NULL, W(CASEMENT) | W(SHUTTER), P(CYPRESS) | P(BROADLEAF) | P(PALM), T(HILLS) | T(SEA), S(WIDE), false, true, ".com.tr", "0999 999 99 99"},
    {"IL", "he", "he-IL", "HC", false, "₪{n}", 7.10, 2, 729, 729, PLATE_EU_YELLOW, "999-99-999", NULL, W(SHUTTER) | W(SLIDER), P(PALM) | P(CYPRESS), T(DESERT) | T(SEA) | T(HILLS), S(WIDE), false, false, ".co.il", "09-999-9999"},
    {"GE", "ka", "ka-GE", "CF", false, "{n} ₾", 5.20, 2, 486, 486, PLATE_PLAIN, "AA-999-AA", NULL, W(CASEMENT), P(CONIFER) | P(CYPRESS) | P(BROADLEAF), T(ALPS) | T(HILLS), S(WIDE), false, true, ".ge", "0999 99 99 99"},
    {"AM", "hy", "hy-AM", "CF", false, "{n} ֏", 520, 0, 485, 485, PLATE_PLAIN, "99 AA 999", NULL, W(CASEMENT), P(BROADLEAF), T(ALPS) | T(HILLS), S(WIDE), false, true, ".am", "099 99 99 99"},
    {"IR", "fa", "fa-IR@calendar=persian", "CF", false, "{n} ریال", 450000, 0, 626, 626, PLATE_EU, "99 A 999 99", NULL, W(SLIDER) | W(CASEMENT), P(CYPRESS) | P(BROADLEAF), T(ALPS) | T(DESERT), S(WIDE), false, true, ".ir", "099 9999 9999"},
    {"SA", "ar", "ar-SA@calendar=gregorian;numbers=arab", "GC", false, "{n} ﷼", 6.50, 2, 628, 628, PLATE_PLAIN, "9999 LLL", "ABDEGHJKLNRSTUVXZ", W(LATTICE) | W(SLIDER), P(PALM), T(DESERT), S(ROCKER), false, false, ".com.sa", "099 999 9999"},
    // Africa
    {"EG", "ar", "ar-EG", "CF", false, "{n} ج.م", 42, 2, 622, 622, PLATE_PLAIN, "999 LL", "ABDEGHJ", W(LATTICE) | W(SHUTTER), P(PALM), T(DESERT), S(WIDE), false, false, ".com.eg", "09 9999 9999"},
    {"MA", "fr", "fr-MA", "CE", false, "{n} DH", 7.00, 2, 611, 611, PLATE_PLAIN, "99999-A-99", NULL, W(LATTICE) | W(CASEMENT), P(PALM) | P(CYPRESS), T(DESERT) | T(HILLS) | T(SEA), S(WIDE), false, false, ".ma", "0599-999999"},
    {"ET", "am", "am-ET@calendar=ethiopic", "CF", false, "{n} ብር", 65, 2, 0, 0, PLATE_PLAIN, "9-A99999", NULL, W(CASEMENT), P(EUCALYPT) | P(ACACIA), T(HILLS), S(ROCKER), false, false, ".et", "011-999-9999"},
    {"KE", "sw", "sw-KE", "G", true, "KSh {n}", 65, 2, 616, 616, PLATE_YELLOW, "KAA 999A", NULL, W(CASEMENT) | W(LOUVRE), P(ACACIA) | P(EUCALYPT) | P(BANANA), T(HILLS) | T(FLAT), S(ROCKER), true, false, ".co.ke", "0999 999 999"},
    {"NG", "en", "en-NG", "GD", false, "₦{n}", 1800, 2, 615, 615, PLATE_PLAIN, "AAA-999AA", NULL, W(LOUVRE) | W(SLIDER), P(PALM) | P(BANANA), T(FLAT), S(ROCKER), false, false, ".com.ng", "0999 999 9999"},
    {"ZA", "af", "af-ZA", "MNC", true, "R{n}", 18.99, 2, 600, 601, PLATE_PLAIN, "LL 99 LL GP", "BCDFGHJKLMNPRSTVWXYZ", W(CASEMENT) | W(SASH), P(ACACIA) | P(EUCALYPT), T(HILLS) | T(FLAT), S(ROCKER), false, false, ".co.za", "099 999 9999"},
    // Asia
    {"IN", "hi", "hi-IN", "DMC", true, "₹{n}", 56, 2, 890, 890, PLATE_YELLOW, "MH 99 AA 9999", NULL, W(CASEMENT) | W(LATTICE), P(PALM) | P(BANANA) | P(BROADLEAF), T(FLAT) | T(HILLS), S(ROCKER), false, false, ".in", "099999 99999"},
    {"IN", "ta", "ta-IN", "DMC", true, "₹{n}", 52, 2, 890, 890, PLATE_PLAIN, "TN 99 AA 9999", NULL, W(CASEMENT), P(PALM) | P(BANANA), T(FLAT) | T(SEA), S(ROCKER), false, false, ".in", "044 9999 9999"},
    {"LK", "si", "si-LK", "GDM", true, "රු. {n}", 480, 2, 479, 479, PLATE_YELLOW, "WP AAA-9999", NULL, W(CASEMENT) | W(LOUVRE), P(PALM) | P(BANANA), T(SEA) | T(HILLS), S(ROCKER), false, false, ".lk", "099 999 9999"},
    {"NP", "ne", "ne-NP", "CDM", true, "रु {n}", 110, 2, 0, 0, PLATE_YELLOW, "BAA 9999", NULL, W(LATTICE) | W(CASEMENT), P(CONIFER) | P(BROADLEAF), T(ALPS), S(ROCKER), false, false, ".com.np", "01-9999999"},
    {"BD", "bn", "bn-BD", "CDG", true, "৳{n}", 90, 2, 0, 0, PLATE_PLAIN, "LA 99-9999", "D", W(CASEMENT), P(PALM) | P(BANANA), T(FLAT), S(ROCKER), false, false, ".com.bd", "0999-999999"},
    {"MM", "my", "my-MM", "GDC", false, "{n} ကျပ်", 4200, 0, 883, 883, PLATE_BLACK, "9A/9999", NULL, W(CASEMENT) | W(LOUVRE), P(PALM) | P(BANANA), T(FLAT) | T(HILLS), S(ROCKER), false, false, ".com.mm", "09 9999 99999"},
    {"TH", "th", "th-TH@calendar=buddhist", "OAC", true, "฿{n}", 49, 2, 885, 885, PLATE_PLAIN, "9กข 9999", NULL, W(LOUVRE) | W(SLIDER), P(PALM) | P(BANANA), T(HILLS) | T(FLAT), S(WIDE), true, false, ".co.th", "099-999-9999"},
    {"KH", "km", "km-KH", "AC", false, "{n}៛", 7200, 0, 884, 884, PLATE_PLAIN, "9AA-9999", NULL, W(LOUVRE) | W(CASEMENT), P(PALM) | P(BANANA), T(FLAT), S(ROCKER), false, false, ".com.kh", "099 999 999"},
    {"VN", "vi", "vi-VN", "AC", false, "{n} ₫", 36000, 0, 893, 893, PLATE_PLAIN, "99L-999.99", "ABCDEFGHKLM", W(CASEMENT) | W(LOUVRE), P(PALM) | P(BAMBOO) | P(BANANA), T(HILLS) | T(FLAT), S(WIDE), true, false, ".vn", "0999 999 999"},
    {"CN", "zh-Hans", "zh-Hans-CN", "IAC", false, "¥{n}", 12.8, 2, 690, 699, PLATE_BLUE, "京A·99999", NULL, W(SLIDER) | W(CASEMENT), P(BAMBOO) | P(BROADLEAF) | P(CONIFER), T(FLAT) | T(HILLS), S(WIDE), true, true, ".cn", "010-9999 9999"},
    {"TW", "zh-Hant", "zh-Hant-TW", "AB", false, "NT${n}", 92, 0, 471, 471, PLATE_PLAIN, "AAA-9999", NULL, W(SLIDER), P(PALM) | P(BAMBOO) | P(BROADLEAF), T(HILLS) | T(SEA), S(WIDE), true, false, ".com.tw", "02-9999-9999"},
    {"JP", "ja", "ja-JP", "AB", true, "¥{n}", 238, 0, 450, 459, PLATE_PLAIN, "あ 99-99", NULL, W(SLIDER), P(BAMBOO) | P(CONIFER) | P(BROADLEAF), T(HILLS) | T(ALPS) | T(SEA), S(WIDE), false, false, ".jp", "09-9999-9999"},
    {"KR", "ko", "ko-KR", "FC", false, "₩{n}", 2950, 0, 880, 880, PLATE_PLAIN, "999가 9999", NULL, W(SLIDER), P(CONIFER) | P(BROADLEAF), T(HILLS), S(WIDE), true, false, ".kr", "02-999-9999"},
    {"ID", "id", "id-ID", "CF", true, "Rp {n}", 18500, 0, 899, 899, PLATE_PLAIN, "B 9999 AAA", NULL, W(LOUVRE) | W(CASEMENT), P(PALM) | P(BANANA), T(HILLS) | T(SEA), S(ROCKER), false, false, ".co.id", "(021) 9999 9999"},
    {"PH", "fil", "fil-PH", "AB", false, "₱{n}", 98, 2, 480, 480, PLATE_PLAIN, "AAA 9999", NULL, W(LOUVRE) | W(SLIDER), P(PALM) | P(BANANA), T(SEA) | T(HILLS), S(TOGGLE), true, false, ".com.ph", "(02) 8999 9999"},
    {"KZ", "kk", "kk-KZ", "CF", false, "{n} ₸", 590, 0, 487, 487, PLATE_PLAIN, "999 AAA 99", NULL, W(CASEMENT), P(BIRCH) | P(CONIFER), T(ALPS) | T(FLAT), S(WIDE), false, true, ".kz", "8 (799) 999-99-99"},
    // The Americas
    {"US", "en", "en-US", "BA", false, "${n}", 3.79, 2, 1, 19, PLATE_AMERICAN, "AAA 9999", NULL, W(SASH) | W(SLIDER), P(BROADLEAF) | P(CONIFER) | P(PALM), T(FLAT) | T(HILLS) | T(DESERT), S(TOGGLE), true, false, ".com", "(999) 555-0199"},
    {"CA", "fr", "fr-CA", "BA", false, "{n} $", 3.99, 2, 754, 755, PLATE_AMERICAN, "L99 AAA", "ABCDEFGHJKLM", W(SASH) | W(CASEMENT), P(CONIFER) | P(BIRCH), T(HILLS) | T(FLAT), S(TOGGLE), true, true, ".ca", "999 555-0199"},
    {"MX", "es", "es-MX", "AB", false, "${n}", 27.5, 2, 750, 750, PLATE_AMERICAN, "AAA-999-A", NULL, W(SLIDER) | W(CASEMENT), P(PALM), T(DESERT) | T(HILLS), S(TOGGLE), true, false, ".com.mx", "99 9999 9999"},
    {"CO", "es", "es-CO", "AB", false, "$ {n}", 5200, 0, 770, 771, PLATE_YELLOW, "AAA 999", NULL, W(CASEMENT) | W(LOUVRE), P(PALM) | P(EUCALYPT) | P(BANANA), T(ALPS) | T(HILLS), S(TOGGLE), true, false, ".com.co", "(601) 999 9999"},
    {"BR", "pt-BR", "pt-BR", "NC", false, "R$ {n}", 5.49, 2, 789, 790, PLATE_MERCOSUR, "AAA9A99", NULL, W(SLIDER) | W(LOUVRE), P(PALM) | P(BANANA), T(HILLS) | T(SEA), S(ROCKER), true, false, ".com.br", "(11) 9999-9999"},
    {"AR", "es", "es-AR", "IC", false, "$ {n}", 1650, 2, 778, 779, PLATE_MERCOSUR, "AA 999 AA", NULL, W(CASEMENT) | W(SHUTTER), P(BROADLEAF) | P(EUCALYPT), T(FLAT) | T(ALPS), S(WIDE), true, true, ".com.ar", "011 9999-9999"},
    {"CL", "es", "es-CL", "LC", false, "${n}", 1190, 0, 780, 780, PLATE_PLAIN, "LLLL·99", "BCDFGHJKLPRSTVWXYZ", W(CASEMENT) | W(SLIDER), P(EUCALYPT) | P(CONIFER), T(ALPS) | T(DESERT), S(WIDE), true, false, ".cl", "2 9999 9999"},
    // Oceania
    {"AU", "en", "en-AU", "I", true, "${n}", 3.10, 2, 930, 939, PLATE_PLAIN, "AAA 99A", NULL, W(SASH) | W(SLIDER) | W(LOUVRE), P(EUCALYPT) | P(PALM), T(FLAT) | T(DESERT) | T(SEA), S(ROCKER), false, false, ".com.au", "(02) 5550 9999"},
    {"NZ", "en", "en-NZ", "I", true, "${n}", 3.85, 2, 940, 949, PLATE_PLAIN, "AAA999", NULL, W(SASH) | W(CASEMENT), P(CONIFER) | P(BROADLEAF), T(ALPS) | T(HILLS) | T(SEA), S(ROCKER), true, false, ".co.nz", "09 999 9999"},
};
// clang-format on
const int COUNTRY_COUNT = sizeof COUNTRIES / sizeof COUNTRIES[0];

const Country *country_find(const char *code) {
    for (int i = 0; i < COUNTRY_COUNT; i++)
        if (strcmp(COUNTRIES[i].code, code) == 0)
            return &COUNTRIES[i];
    return NULL;
}
