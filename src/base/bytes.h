// Little-endian numbers at any alignment, and checked offsets.
#pragma once
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BYTES_LOAD(bits) \
    static inline uint##bits##_t load_le##bits(const void *from) { \
        uint##bits##_t value; \
        memcpy(&value, from, sizeof value); \
        return le##bits##toh(value); \
    } \
    static inline void store_le##bits(void *to, uint##bits##_t value) { \
        value = htole##bits(value); \
        memcpy(to, &value, sizeof value); \
    } \
    static inline uint##bits##_t load_be##bits(const void *from) { \
        uint##bits##_t value; \
        memcpy(&value, from, sizeof value); \
        return be##bits##toh(value); \
    }
BYTES_LOAD(16)
BYTES_LOAD(32)
BYTES_LOAD(64)
#undef BYTES_LOAD

// True when [offset, offset + length) lies inside [0, size), without overflow.
static inline bool range_fits(uint64_t offset, uint64_t length, uint64_t size) {
    return offset <= size && length <= size - offset;
}
