// The page frame: what stands around every page (web/templates/page_frame.html).
//
// Class names, for the style sheet: body > a.skip, header.bar (a.product, nav.main > ul > li > a
// [aria-current=page], span.count, div.who, form.language), p.mark (exercise, unwitnessed …),
// p.flash.flash-done/-note/-problem [role=status|alert], main#main, footer.foot.
#pragma once
#include "language/html.h"

enum {
    FRAME_LINKS_MAX = 24,
    FRAME_MARKS_MAX = 4,
    FRAME_LANGUAGES_MAX = 64,
    FRAME_LANGUAGE_NAME_MAX = 128
};

typedef struct FrameLink {
    const char *path;
    Str label;       // translated
    uint64_t count;  // shown beside it unless 0
    bool is_current; // set by the server: the longest path that the request's path begins with
} FrameLink;

typedef struct FrameLanguage {
    const char *tag;
    Str name;              // in itself
    const char *direction; // "ltr", "rtl"
    bool is_current;
} FrameLanguage;

typedef struct WebFrame {
    Str title;
    const char *product;
    // Filled by the hook:
    FrameLink links[FRAME_LINKS_MAX];
    size_t link_count;
    Str person; // pseudonym shown beside the sign-out button; empty: nobody
    const char *account_path, *sign_out_path; // NULL: none
    Str marks[FRAME_MARKS_MAX];               // lines above every page ("Exercise")
    size_t mark_count;
    bool is_exercise; // class "exercise" on body
    // Filled by the server:
    FrameLanguage languages[FRAME_LANGUAGES_MAX];
    size_t language_count;
    Str csrf, next, request_id;
    Str flash;
    const char *flash_class, *flash_role; // "flash flash-done", "status"
    Str style, script, icon;              // URLs of the embedded files
} WebFrame;
