// What the pages of one's own account show: signing in, first password, one-time codes, settings.
#pragma once
#include "workspace/page_parts.h"

typedef struct SignInView {
    PageForm form;
    PageField name, password, code;
    Str next;            // where to go afterwards: a path of this site, or ""
    bool wants_recovery; // a recovery code in place of a one-time code
} SignInView;

typedef struct NewPasswordView {
    PageForm form;
    PageField password, again;
    Str token, name; // of the one-time link
    int least;       // characters
} NewPasswordView;

typedef struct EnrolView {
    PageForm form;
    PageField code;
    const char *qr_path; // the d of an SVG path, one unit a module
    int qr_size;         // modules with their margin
    Str uri;             // otpauth://…
    Str secret;          // base32 in groups of four
    bool is_forced;
} EnrolView;

typedef struct RecoveryCodesView {
    PageForm form;
    const Str *codes;
    size_t count;
    Str next;
} RecoveryCodesView;

typedef struct PurposeView {
    PageForm form;
    PageChoices purposes;
    Str next;
} PurposeView;

typedef struct SessionLine {
    Str id, device;
    PageTime begun, seen;
    bool is_this;
} SessionLine;

typedef struct SettingsView {
    PageForm form;
    PageField old_password, password, again;
    Str name;
    PageChoices roles; // held ones
    Str unit;
    const SessionLine *sessions;
    size_t session_count;
    PageChoices languages;
    bool has_code;
    int least;
    uint64_t recovery_left;
} SettingsView;
