// Where in a page the template compiler stands, so that output is escaped for its place. Follows
// the HTML tokenizer as far as our own templates need it, and refuses the rest.
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef enum HtmlState {
    HTML_TEXT,
    HTML_TAG_OPEN,  // behind "<"
    HTML_TAG_NAME,  // in the name
    HTML_IN_TAG,    // between attributes
    HTML_ATTR_NAME, // in a name
    HTML_ATTR_VALUE // inside double quotes
} HtmlState;

typedef enum HtmlSpot {
    SPOT_TEXT,
    SPOT_TITLE, // inside <title>, <textarea>, <option>: text without tags
    SPOT_TAG,   // between the attributes of a tag
    SPOT_ATTRIBUTE,
    SPOT_URL,      // at the beginning of an attribute that holds a URL
    SPOT_URL_PART, // further on in one
    SPOT_FORBIDDEN
} HtmlSpot;

typedef struct HtmlPlace {
    HtmlState state;
    bool is_closing;
    char element[16], attribute[24];
    char plain[16];   // the element without tags that we are in, or ""
    int preformatted; // depth of <pre>
    size_t value_len;
    char value_start[16]; // of a URL
    bool has_separator;   // "/", "?" or "#" stood in the value
    bool is_raw;          // in <style> or <script>, whose end the caller looks for
    bool in_entity, in_doctype;
    int letters; // that stand side by side in what is shown
} HtmlPlace;

// Takes one byte of literal template text. NULL, or what is wrong.
const char *html_step(HtmlPlace *place, char c);
// Whether output is possible here, and how it is escaped. *ret_reason says why not.
HtmlSpot html_spot(const HtmlPlace *place, const char **ret_reason);
// Whether two branches may meet: the text behind them must be read alike.
bool html_same(const HtmlPlace *a, const HtmlPlace *b);
