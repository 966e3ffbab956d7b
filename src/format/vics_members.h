// The names of VICS members, found in one comparison.
#pragma once
#include "base/str.h"

typedef enum VicsMember {
    VICS_UNKNOWN,
#define MEMBER(slot, id, name, level) VICS_##id,
#include "format/vics_members.def"
#undef MEMBER
    VICS_MEMBERS
} VicsMember;

typedef enum VicsLevel {
    VICS_LEVEL_UNKNOWN,
    VICS_LEVEL_MEDIA,
    VICS_LEVEL_INNER,
    VICS_LEVEL_CASE,
    VICS_LEVEL_SHARED
} VicsLevel;

// Exact, or else without regard to ASCII case.
VicsMember vics_member_find(Str name);
VicsLevel vics_member_level(VicsMember member);
Str vics_member_name(VicsMember member);
