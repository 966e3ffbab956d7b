// Country kits: the public facts by which a picture can point to a country, and the languages that
// its words are in. Sources: IEC "World plugs", GS1 prefix table, national road-traffic rules,
// Unicode CLDR for names and numbers.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Words that stand on signs and packages.
typedef enum WordId {
    WORD_EXIT,
    WORD_PHARMACY,
    WORD_OPEN,
    WORD_MARKET,
    WORD_BUS_STOP,
    WORD_BAKERY,
    WORD_POST,
    WORD_MILK,
    WORD_TEA,
    WORD_RICE,
    WORD_SOAP,
    WORD_COFFEE,
    WORD_SUGAR,
    WORD_SALT,
    WORDS
} WordId;

typedef struct Language {
    const char *tag;    // BCP 47
    const char *script; // the clue's name of it: "latin", "thai", …
    const char *sans;   // font families, best first
    const char *serif;
    const char *words[WORDS];
} Language;

typedef enum Window {
    WINDOW_SASH = 1,
    WINDOW_CASEMENT = 2,
    WINDOW_LOUVRE = 4,
    WINDOW_LATTICE = 8,
    WINDOW_SHUTTER = 16, // roller shutter outside
    WINDOW_SLIDER = 32
} Window;

typedef enum Plant {
    PLANT_PALM = 1,
    PLANT_CONIFER = 2,
    PLANT_BIRCH = 4,
    PLANT_BROADLEAF = 8,
    PLANT_CYPRESS = 16,
    PLANT_EUCALYPT = 32,
    PLANT_ACACIA = 64,
    PLANT_BANANA = 128,
    PLANT_BAMBOO = 256
} Plant;

typedef enum Terrain {
    TERRAIN_FLAT = 1,
    TERRAIN_HILLS = 2,
    TERRAIN_ALPS = 4,
    TERRAIN_DESERT = 8,
    TERRAIN_SEA = 16
} Terrain;

typedef enum Switch {
    SWITCH_ROCKER = 1,
    SWITCH_TOGGLE = 2,
    SWITCH_ROUND = 4,
    SWITCH_WIDE = 8
} Switch;

typedef enum PlateStyle {
    PLATE_EU,     // white, blue band at the left
    PLATE_PLAIN,  // white, dark letters
    PLATE_YELLOW, // yellow, dark letters
    PLATE_EU_YELLOW,
    PLATE_MERCOSUR, // white, blue band at the top
    PLATE_BLUE,     // blue, white letters
    PLATE_BLACK,    // black, white letters
    PLATE_RED_TOP,
    PLATE_AMERICAN // tall, coloured letters
} PlateStyle;

typedef struct Country {
    const char *code;     // ISO 3166-1
    const char *language; // tag in LANGUAGES
    const char *locale;   // for ICU, with the calendar in common use
    const char *plugs;    // types A–O in common use, the usual one first
    bool drives_left;
    const char *money; // "{n} €": how a price is written
    double price;      // of a litre of milk, roughly
    int decimals;
    short gtin_low, gtin_high; // GS1 prefixes; 0 when the country has none of its own
    PlateStyle plate_style;
    const char *plate; // 9 a digit, A a letter, anything else as it stands; L one of plate_letters
    const char *plate_letters;
    unsigned windows, plants, terrains, switches; // bits
    bool has_yellow_line;                         // between opposing lanes
    bool has_radiators;
    const char *domain; // top-level domain as on a package or a van
    const char *dial;   // how a telephone number is written, 9 a digit
} Country;

extern const Country COUNTRIES[];
extern const int COUNTRY_COUNT;

// Never NULL for a tag in COUNTRIES.
const Language *language_find(const char *tag);
const Country *country_find(const char *code);
