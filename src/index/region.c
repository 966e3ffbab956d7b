// Anonymous mappings that grow by mremap.
#include "index/region.h"

#include <string.h>
#include <sys/mman.h>

enum { REGION_STEP = 1 << 16 };

bool region_reserve(Region *region, size_t more) {
    size_t need, grown;
    if (__builtin_add_overflow(region->len, more, &need))
        return false;
    if (need <= region->capacity)
        return true;
    if (__builtin_add_overflow(region->capacity, region->capacity / 2, &grown) || grown < need)
        grown = need;
    if (__builtin_add_overflow(grown, (size_t)(REGION_STEP - 1), &grown))
        return false;
    grown &= ~(size_t)(REGION_STEP - 1);
    void *moved =
        region->bytes == NULL
            ? mmap(NULL, grown, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            : mremap(region->bytes, region->capacity, grown, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED)
        return false;
    region->bytes = moved;
    region->capacity = grown;
    return true;
}

void *region_push(Region *region, const void *bytes, size_t n) {
    if (!region_reserve(region, n))
        return NULL;
    uint8_t *at = region->bytes + region->len;
    if (bytes != NULL && n > 0)
        memcpy(at, bytes, n);
    region->len += n;
    return at;
}

bool region_extend(Region *region, size_t len) {
    if (len <= region->len)
        return true;
    if (!region_reserve(region, len - region->len))
        return false;
    region->len = len;
    return true;
}

void region_done(Region *region) {
    if (region->bytes != NULL)
        munmap(region->bytes, region->capacity);
    *region = (Region){0};
}
