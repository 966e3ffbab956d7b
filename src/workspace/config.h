// The configuration of a node: one file of `key = value` lines, overridden by the environment.
//
// The settings are rows of settings.def. A value is checked when it is read: what is wrong is told
// with file and line (or the variable), and nothing is taken from a file with a mistake. Not
// thread-safe while loading; afterwards nothing changes, any thread reads.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"

typedef enum SettingKind {
    SETTING_FOLDER,    // an absolute path
    SETTING_FILE,      // an absolute path
    SETTING_SECRET,    // text that may hold a password; never shown
    SETTING_ADDRESS,   // numeric address and port
    SETTING_ADDRESSES, // numeric addresses separated by blanks
    SETTING_URL,       // http or https, a host, perhaps a port; no path
    SETTING_LANGUAGE,  // a language of the catalogue
    SETTING_NUMBER,    // whole, within a range
    SETTING_SIZE       // bytes: a number with kB, MB, GB or TB, within a range
} SettingKind;

typedef struct Setting {
    const char *key;
    SettingKind kind;
    const char *preset; // the default, as it would stand in the file
    int64_t min, max;   // SETTING_NUMBER, SETTING_SIZE (bytes)
    const char *help;   // N_()
} Setting;

enum SettingIndex {
#define SETTING(field, kind, preset, min, max, help) CONFIG_##field,
#include "workspace/settings.def"
#undef SETTING
    SETTING_COUNT
};

// Where a value came from.
typedef enum SettingOrigin { ORIGIN_PRESET, ORIGIN_FILE, ORIGIN_ENVIRONMENT } SettingOrigin;

typedef struct Config Config;

const Setting *setting_at(int index); // 0 … SETTING_COUNT - 1

// path: the file; NULL is the one that SEVENTH_CONFIG names, else /etc/seventh/seventh.conf when it
// exists, else none. environment: as environ, or NULL for none. *ret is the caller's.
// ERR_INVALID: a mistake, told with its place.
Err config_load(const char *path, char *const *environment, Config **ret, Diag *diag) MUST_CHECK;
// The same from a text; name stands in messages.
Err config_parse(Str name, Str text, char *const *environment, Config **ret, Diag *diag) MUST_CHECK;
void config_free(Config *config);
DEFINE_CLEANUP(Config *, config_free);

// The value as text with a NUL behind, "" when it is not set. Owned by the configuration.
const char *config_text(const Config *config, enum SettingIndex which);
// Of SETTING_NUMBER and SETTING_SIZE.
int64_t config_number(const Config *config, enum SettingIndex which);
SettingOrigin config_origin(const Config *config, enum SettingIndex which);
// The file that was read, "" when there was none.
const char *config_file(const Config *config);

// "[::1]:8007" → "::1" and 8007; the host is a numeric address. False, outputs untouched, on
// anything else.
bool address_split(Str address, char *ret_host, size_t capacity, uint16_t *ret_port);
// Whether a numeric address is of this machine only (127.0.0.0/8, ::1).
bool host_is_loopback(const char *host);
