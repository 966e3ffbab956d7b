// The named limits of the language room.
#pragma once

enum {
    // Locales that may be in use at once: every catalogue with every region ICU knows for it.
    // Asking
    // for more gives the catalogue's own locale.
    LANG_REGISTRY_MAX = 256,
    LANG_TAG_MAX = 64, // bytes of a locale tag, with the NUL
    // Bytes of one number, size or share as written.
    NUMBER_TEXT_MAX = 128,
    ISOLATE_DEPTH_MAX = 16, // isolates inside one another in an argument
};
