// Look-up of VICS member names by a perfect hash and one comparison.
#include "format/vics_members.h"

static const struct {
    Str name;
    VicsLevel level;
} MEMBERS[VICS_MEMBERS] = {
#define MEMBER(slot, id, text, of_level) \
    [VICS_##id] = {{text, sizeof(text) - 1}, VICS_LEVEL_##of_level},
#include "format/vics_members.def"
#undef MEMBER
};

enum { SLOTS = 256 };
static const unsigned char BY_SLOT[SLOTS] = {
#define MEMBER(slot, id, text, of_level) [slot] = VICS_##id,
#include "format/vics_members.def"
#undef MEMBER
};

// The factors were searched for, so that no two names share a slot.
static unsigned slot_of(Str name) {
    unsigned first = (unsigned char)name.ptr[0] | 0x20u;
    unsigned third = (unsigned char)name.ptr[name.len > 4 ? name.len - 4 : 0] | 0x20u;
    unsigned last = (unsigned char)name.ptr[name.len - 1] | 0x20u;
    return ((unsigned)name.len * 203 + first * 17 + third * 192 + last * 45) & (SLOTS - 1);
}

VicsLevel vics_member_level(VicsMember member) {
    return MEMBERS[member].level;
}

VicsMember vics_member_find(Str name) {
    if (name.len == 0)
        return VICS_UNKNOWN;
    VicsMember found = (VicsMember)BY_SLOT[slot_of(name)];
    Str known = MEMBERS[found].name;
    bool is_it = name.len == known.len && (memcmp(name.ptr, known.ptr, name.len) == 0 ||
                                           str_equal_ascii_nocase(name, known));
    return is_it ? found : VICS_UNKNOWN;
}

Str vics_member_name(VicsMember member) {
    return MEMBERS[member].name;
}
