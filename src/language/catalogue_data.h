// The shape of the compiled catalogue, shared by catalogue.c and the build-time compiler
// (tools/po_compile.c), which writes one C file that defines the constants declared here.
//
// One open-addressing table serves all locales: it maps (context, msgid) to a message number, and
// each locale has one text per message number. Hash and table size are fixed at build; the load is
// kept under one half, so that a look-up costs one or two probes.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PLURAL_CATEGORIES = 6 }; // zero, one, two, few, many, other: CLDR's, in this order
enum { NOT_PLURAL = -1 };
#define SLOT_EMPTY 0xFFFFFFFFu

typedef struct MessageKey {
    const char *context; // "" when there is none
    const char *msgid;
    uint32_t context_len, msgid_len;
    uint32_t hash;
    int32_t plural; // number among the plural messages, or NOT_PLURAL
} MessageKey;

// A text inside the blob of its locale; length 0 when the locale lacks it.
typedef struct TextSpan {
    uint32_t offset, length;
} TextSpan;

typedef enum LocaleKind { LOCALE_REAL, LOCALE_PSEUDO } LocaleKind;

typedef struct CatalogueLocale {
    const char *tag; // BCP 47
    LocaleKind kind;
    int parent; // index into CATALOGUE_LOCALES, or -1: English
    const char *blob;
    const TextSpan *texts;         // [CATALOGUE_MESSAGE_COUNT], empty for plural messages
    const TextSpan *plurals;       // [CATALOGUE_PLURAL_COUNT][PLURAL_CATEGORIES]
    uint32_t translated, reviewed; // messages
} CatalogueLocale;

extern const uint32_t CATALOGUE_MESSAGE_COUNT, CATALOGUE_PLURAL_COUNT, CATALOGUE_SLOT_MASK;
extern const uint32_t CATALOGUE_LOCALE_COUNT;
extern const MessageKey CATALOGUE_KEYS[];
extern const uint32_t CATALOGUE_SLOTS[]; // message number or SLOT_EMPTY
extern const CatalogueLocale CATALOGUE_LOCALES[];

// Mixes eight bytes at a step with one multiplication, folding the high half of the product (the
// idea of wyhash; the constants are the fraction of the golden ratio and an odd random word). It
// need only spread our own literals, so nothing stronger is wanted.
static inline uint64_t hash_mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_bytes(uint64_t state, const char *bytes, size_t len) {
    uint64_t word;
    state ^= len * 0x9E3779B97F4A7C15u;
    for (; len >= 8; bytes += 8, len -= 8) {
        memcpy(&word, bytes, 8);
        state = hash_mix(state ^ word, 0xD6E8FEB86659FD93u);
    }
    word = 0;
    if (len > 0) // memcpy of a variable count would be a call
        for (size_t i = 0; i < len; i++)
            word |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    return hash_mix(state ^ word, 0xD6E8FEB86659FD93u);
}

static inline uint32_t message_hash(const char *context, size_t context_len, const char *msgid,
                                    size_t msgid_len) {
    uint64_t state = hash_bytes(0x9E3779B97F4A7C15u, context, context_len);
    state = hash_bytes(state, msgid, msgid_len);
    return (uint32_t)(state ^ state >> 32);
}
