// The named limits of the cli room.
#pragma once

enum {
    COLUMNS_MIN = 40, // narrower terminals are treated as this wide
    COLUMNS_DEFAULT = 80,
    COLUMNS_PROSE_MAX = 100, // help is not set wider than this
    COMMAND_NAME_MAX = 64,
    SUGGESTION_TEXT_MAX = 64, // bytes of a word that is compared for a suggestion
    TEXT_MAX = 1 << 20,       // one help page, one error
    TABLE_COLUMNS_MAX = 16,
    TABLE_CELL_MAX = 4096,
    TABLE_TEXT_MAX = 64 << 20,
};
