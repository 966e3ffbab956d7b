// The named limits of the records room.
#pragma once

enum {
    RECORDS_NAME_MAX = 200,            // bytes of a name, title or label
    RECORDS_TEXT_MAX = 4000,           // bytes of a remark or summary
    RECORDS_WORD_MAX = 40,             // bytes of a concept id
    RECORDS_LANGUAGES_MAX = 16,        // languages of a unit
    RECORDS_TAG_MAX = 35,              // bytes of a language tag
    RECORDS_PAGE_MAX = 500,            // rows that one reading gives
    RECORDS_PATH_MAX = 4096,           // bytes of a location as it is kept; longer ones are cut
    RECORDS_LOCATIONS_MAX = 1000,      // locations of one item that one import adds
    RECORDS_IMPORT_MAX = 500000,       // items of one import
    RECORDS_IMPORT_MS = 600000,        // for an import that brings no deadline of its own
    RECORDS_FLAGS_MAX = 16,            // flags of one record that is imported
    RECORDS_VOTES_MAX = 200,           // standing votes on one item
    RECORDS_HANDLING_MAX = 8,          // handling conditions of one disclosure
    RECORDS_RECIPIENTS_MAX = 10000,    // of one list
    RECORDS_SESSIONS_MAX = 20,         // of one person; the oldest ends when another begins
    RECORDS_TOKENS_MAX = 100,          // access tokens of one unit that are valid
    RECORDS_CODES_MAX = 100,           // codes of one scheme of the operator's own
    RECORDS_SCHEME_FILE_MAX = 1 << 20, // bytes of a scheme file
    RECORDS_THROTTLE_MAX = 100000,     // names that failed to sign in and are remembered
    RECORDS_PASSWORD_JOBS = 2,         // passwords hashed at once, unless the caller says otherwise
    RECORDS_PASSWORD_MIN = 12,         // characters of a new password
    RECORDS_AGENT_MAX = 200,           // bytes of what a browser says of itself
    RECORDS_RECOVERY_CODES = 10,
    RECORDS_DAYS_MAX = 36525 // of any period
};
