// The key by which pseudonyms are told apart and people sign in. Only inside this room.
#pragma once
#include "records/records.h"

// White space at the ends and the case of ASCII letters do not count. Names over RECORDS_NAME_MAX
// (which nobody has) are cut. ret_key is borrowed by the result.
static inline Str name_key(Str name, char ret_key[RECORDS_NAME_MAX + 1]) {
    name = str_trim(name);
    size_t len = name.len < RECORDS_NAME_MAX ? name.len : RECORDS_NAME_MAX;
    for (size_t i = 0; i < len; i++)
        ret_key[i] = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? (char)(name.ptr[i] - 'A' + 'a')
                                                              : name.ptr[i];
    return str_of(ret_key, len);
}
