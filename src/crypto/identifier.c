// 128 random bits in base 32 without look-alikes.
#include "crypto/identifier.h"

#include "crypto/random.h"

static const char DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz";

Identifier identifier_make(void) {
    Identifier id = {0};
    while (identifier_is_none(&id))
        random_bytes(id.bytes, sizeof id.bytes);
    return id;
}

bool identifier_is_none(const Identifier *id) {
    static const Identifier NONE = {0};
    return identifier_equal(id, &NONE);
}

bool identifier_equal(const Identifier *a, const Identifier *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

// 130 bits are written, of which the first two are zero.
void identifier_text(const Identifier *id, char ret[IDENTIFIER_CHARS + 1]) {
    uint32_t held = 0;
    int bits = 2, at = 0;
    for (int i = 0; i < IDENTIFIER_BYTES; i++) {
        held = (held << 8 | id->bytes[i]) & 0xFFFF;
        for (bits += 8; bits >= 5; bits -= 5)
            ret[at++] = DIGITS[held >> (bits - 5) & 31];
    }
    ret[at] = '\0';
}

void identifier_put(StrBuf *out, const Identifier *id) {
    char text[IDENTIFIER_CHARS + 1];
    identifier_text(id, text);
    strbuf_put_text(out, text);
}

static int digit_value(char c) {
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'i' || c == 'l')
        c = '1';
    if (c == 'o')
        c = '0';
    const char *found = c == '\0' ? NULL : strchr(DIGITS, c);
    return found == NULL ? -1 : (int)(found - DIGITS);
}

bool identifier_parse(Str text, Identifier *ret) {
    Identifier id;
    uint32_t held = 0;
    int bits = -2, at = 0;
    if (text.len != IDENTIFIER_CHARS)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int value = digit_value(text.ptr[i]);
        if (value < 0 || (i == 0 && value > 7))
            return false;
        held = (held << 5 | (uint32_t)value) & 0xFFFF;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            id.bytes[at++] = (uint8_t)(held >> bits);
        }
    }
    *ret = id;
    return true;
}

bool identifier_parse_exact(Str text, Identifier *ret) {
    Identifier id;
    char written[IDENTIFIER_CHARS + 1];
    if (!identifier_parse(text, &id))
        return false;
    identifier_text(&id, written);
    if (!str_is(text, written))
        return false;
    *ret = id;
    return true;
}
