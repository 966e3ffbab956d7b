// Reads the configuration: defaults, then the file, then the environment, then what only holds
// together.
#include "workspace/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/options.h"
#include "workspace/limits.h"
#include "workspace/setting_check.h"

static const Setting SETTINGS[] = {
#define SETTING(field, kind, preset, min, max, help) \
    {#field, SETTING_##kind, preset, min, max, help},
#include "workspace/settings.def"
#undef SETTING
};

typedef struct Value {
    const char *text;
    int64_t number;
    SettingOrigin origin;
    int line; // of the file
} Value;

struct Config {
    Arena *memory;
    const char *file;
    Value values[SETTING_COUNT];
};

const Setting *setting_at(int index) {
    return index >= 0 && index < SETTING_COUNT ? &SETTINGS[index] : NULL;
}

void config_free(Config *config) {
    if (config == NULL)
        return;
    arena_free(config->memory);
    free(config);
}

const char *config_text(const Config *config, enum SettingIndex which) {
    return config->values[which].text;
}
int64_t config_number(const Config *config, enum SettingIndex which) {
    return config->values[which].number;
}
SettingOrigin config_origin(const Config *config, enum SettingIndex which) {
    return config->values[which].origin;
}
const char *config_file(const Config *config) {
    return config->file;
}

static const char *next_key(const void *source, size_t index) {
    (void)source;
    return index < SETTING_COUNT ? SETTINGS[index].key : NULL;
}

// "seventh.conf:12", as compilers write it.
static void diag_line(Diag *diag, Str name, int line) {
    _cleanup_strbuf_ StrBuf place = STRBUF(CONFIG_LINE_MAX);
    strbuf_put(&place, name);
    strbuf_put_byte(&place, ':');
    strbuf_put_i64(&place, line);
    diag_file(diag, strbuf_err(&place) == ERR_OK ? strbuf_str(&place) : name);
}

static Err value_set(Config *config, int which, Str text, Value rest, Diag *diag) {
    int64_t number;
    TRY(setting_check(&SETTINGS[which], text, &number, diag));
    Str copy = arena_copy(config->memory, text);
    if (copy.ptr == NULL)
        return diag_set(diag, arena_err(config->memory), N_("There is not enough memory."));
    rest.text = copy.ptr;
    rest.number = number;
    config->values[which] = rest;
    return ERR_OK;
}

static Err key_find(Str key, int *ret, Diag *diag) {
    for (int i = 0; i < SETTING_COUNT; i++)
        if (str_is(key, SETTINGS[i].key)) {
            *ret = i;
            return ERR_OK;
        }
    char word[CONFIG_KEY_MAX];
    snprintf(word, sizeof word, "%.*s", (int)(key.len < sizeof word ? key.len : sizeof word - 1),
             key.ptr == NULL ? "" : key.ptr);
    const char *near = suggestion_for(word, next_key, NULL);
    if (near == NULL)
        diag_set(diag, ERR_INVALID, N_("There is no setting {key}."));
    else
        diag_set(diag, ERR_INVALID, N_("There is no setting {key}. Did you mean {suggestion}?"));
    diag_arg(diag, "key", key);
    if (near != NULL)
        diag_arg(diag, "suggestion", str_from(near));
    return ERR_INVALID;
}

static Err line_read(Config *config, Str line, int number, Diag *diag) {
    Str key, value;
    if (line.len == 0 || line.ptr[0] == '#')
        return ERR_OK;
    if (!str_cut(line, '=', &key, &value))
        return diag_set(diag, ERR_INVALID,
                        N_("A line must be `key = value`, or a comment behind #."));
    int which = 0;
    TRY(key_find(str_trim(key), &which, diag));
    if (config->values[which].line != 0) {
        diag_set(diag, ERR_INVALID, N_("{key} was set in line {line} already."));
        diag_arg(diag, "key", str_trim(key));
        diag_arg_int(diag, "line", config->values[which].line);
        return ERR_INVALID;
    }
    return value_set(config, which, str_trim(value), (Value){.origin = ORIGIN_FILE, .line = number},
                     diag);
}

static Err text_read(Config *config, Str name, Str text, Diag *diag) {
    if (str_has_prefix(text, STR("\xEF\xBB\xBF")))
        text = str_from_index(text, 3);
    int number = 0;
    while (text.len > 0) {
        Str line, rest = {0};
        if (!str_cut(text, '\n', &line, &rest))
            line = text;
        number++;
        Err err = !utf8_is_valid(line) || str_find_byte(line, '\0') >= 0
                      ? diag_set(diag, ERR_INVALID, N_("This line is not valid UTF-8."))
                      : line_read(config, str_trim(line), number, diag);
        if (err != ERR_OK) {
            diag_line(diag, name, number);
            return err;
        }
        text = rest;
    }
    return ERR_OK;
}

static Str variable_value(char *const *environment, const char *name) {
    size_t len = strlen(name);
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
            return str_from(*environment + len + 1);
    return (Str){0};
}

static void variable_name(const char *key, char *ret, size_t capacity) {
    int len = snprintf(ret, capacity, "SEVENTH_%s", key);
    for (int i = 0; i < len && (size_t)i < capacity; i++)
        if (ret[i] >= 'a' && ret[i] <= 'z')
            ret[i] = (char)(ret[i] - 'a' + 'A');
}

static Err environment_read(Config *config, char *const *environment, Diag *diag) {
    for (int i = 0; i < SETTING_COUNT; i++) {
        char name[CONFIG_KEY_MAX];
        variable_name(SETTINGS[i].key, name, sizeof name);
        Str value = variable_value(environment, name);
        if (value.ptr == NULL)
            continue;
        Err err =
            utf8_is_valid(value)
                ? value_set(config, i, str_trim(value), (Value){.origin = ORIGIN_ENVIRONMENT}, diag)
                : diag_set(diag, ERR_INVALID, N_("The value is not valid UTF-8."));
        if (err != ERR_OK) {
            diag_file(diag, str_from(name));
            return err;
        }
    }
    return ERR_OK;
}

// Where the node lies unless somebody says: a service's place for root, one's own for others.
static Err folder_preset(Config *config, char *const *environment, Diag *diag) {
    if (config->values[CONFIG_folder].text[0] != '\0')
        return ERR_OK;
    _cleanup_strbuf_ StrBuf folder = STRBUF(CONFIG_LINE_MAX);
    Str home = variable_value(environment, "HOME");
    if (geteuid() == 0) {
        strbuf_put_text(&folder, "/var/lib/seventh");
    } else if (str_has_prefix(home, STR("/"))) {
        strbuf_put(&folder, home);
        strbuf_put_text(&folder, "/.local/share/seventh");
    } else {
        return ERR_OK; // whoever needs it says so
    }
    TRY(strbuf_err(&folder));
    return value_set(config, CONFIG_folder, strbuf_str(&folder), (Value){.origin = ORIGIN_PRESET},
                     diag);
}

// What single values cannot tell.
static Err whole_check(const Config *config, Diag *diag) {
    bool has_certificate = config->values[CONFIG_tls_certificate].text[0] != '\0';
    if (has_certificate != (config->values[CONFIG_tls_key].text[0] != '\0'))
        return diag_set(diag, ERR_INVALID,
                        N_("tls_certificate and tls_key belong together: set both or none."));
    char host[64];
    uint16_t port;
    if (!address_split(str_from(config->values[CONFIG_listen].text), host, sizeof host, &port) ||
        host_is_loopback(host))
        return ERR_OK;
    if (!has_certificate && config->values[CONFIG_trusted_proxies].text[0] == '\0')
        return diag_set(diag, ERR_INVALID,
                        N_("listen is an address that other machines reach. Set tls_certificate "
                           "and tls_key, or trusted_proxies when a proxy encrypts; passwords would "
                           "travel in the clear."));
    if (config->values[CONFIG_public_url].text[0] == '\0')
        return diag_set(diag, ERR_INVALID,
                        N_("listen is an address that other machines reach. Set public_url to the "
                           "address that people type."));
    return ERR_OK;
}

Err config_parse(Str name, Str text, char *const *environment, Config **ret, Diag *diag) {
    Config _cleanup_(config_freep) *config = calloc(1, sizeof *config);
    if (config != NULL)
        config->memory = arena_new(CONFIG_MEMORY);
    if (config == NULL || config->memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (int i = 0; i < SETTING_COUNT; i++)
        TRY(value_set(config, i, str_from(SETTINGS[i].preset), (Value){.origin = ORIGIN_PRESET},
                      diag));
    Str kept = arena_copy(config->memory, name);
    if (kept.ptr == NULL)
        return diag_set(diag, arena_err(config->memory), N_("There is not enough memory."));
    config->file = kept.ptr;
    TRY(text_read(config, name, text, diag));
    TRY(environment_read(config, environment, diag));
    TRY(folder_preset(config, environment, diag));
    Err err = whole_check(config, diag);
    if (err != ERR_OK) {
        if (name.len > 0)
            diag_file(diag, name);
        return err;
    }
    *ret = TAKE(config);
    return ERR_OK;
}

Err config_load(const char *path, char *const *environment, Config **ret, Diag *diag) {
    static const char USUAL[] = "/etc/seventh/seventh.conf";
    Str named = variable_value(environment, "SEVENTH_CONFIG");
    if (path == NULL && named.len > 0)
        path = named.ptr; // ends with the variable
    if (path == NULL && access(USUAL, F_OK) == 0)
        path = USUAL;
    if (path == NULL)
        return config_parse((Str){0}, (Str){0}, environment, ret, diag);
    _cleanup_strbuf_ StrBuf text = STRBUF(CONFIG_FILE_MAX);
    TRY(file_read_all(path, &text, diag));
    return config_parse(str_from(path), strbuf_str(&text), environment, ret, diag);
}
