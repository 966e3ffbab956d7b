// The state machine behind the escaping of templates.
#include "template_html.h"

#include <string.h>
#include <strings.h>

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static const char *const URL_ATTRIBUTES[] = {"href", "src",  "action", "formaction", "poster",
                                             "cite", "data", "ping",   NULL};
static const char *const REFUSED_ATTRIBUTES[] = {"style", "srcdoc", "srcset", "xmlns", NULL};
static const char *const SPOKEN_ATTRIBUTES[] = {
    "title", "alt", "placeholder", "label", "aria-label", "aria-description", "summary", NULL};
static const char *const PLAIN_ELEMENTS[] = {"title", "textarea", "option", NULL};

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_letter(char c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool append(char *name, size_t capacity, char c) {
    size_t len = strlen(name);
    if (len + 1 >= capacity)
        return false;
    name[len] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    name[len + 1] = '\0';
    return true;
}

static void tag_end(HtmlPlace *place) {
    place->state = HTML_TEXT;
    place->letters = 0;
    if (place->in_doctype) {
        place->in_doctype = false;
        return;
    }
    if (strcmp(place->element, "pre") == 0 || strcmp(place->element, "textarea") == 0)
        place->preformatted += place->is_closing ? -1 : 1;
    if (place->is_closing) {
        if (strcmp(place->plain, place->element) == 0)
            place->plain[0] = '\0';
        return;
    }
    if (is_one_of(place->element, PLAIN_ELEMENTS))
        strcpy(place->plain, place->element);
    place->is_raw = strcmp(place->element, "style") == 0 || strcmp(place->element, "script") == 0;
}

// Words that are shown must be translated.
static const char *step_shown(HtmlPlace *place, char c) {
    if (place->in_entity) {
        place->in_entity = c != ';' && !is_space(c);
        return NULL;
    }
    place->in_entity = c == '&';
    place->letters = is_letter(c) ? place->letters + 1 : 0;
    return place->letters >= 2 ? "words that are shown must stand in {t \"…\"} (or {literal \"…\"})"
                               : NULL;
}

static const char *step_tag(HtmlPlace *place, char c) {
    if (c == '>') {
        tag_end(place);
    } else if (c == '"' || c == '\'') {
        return place->in_doctype ? NULL : "a quote stands without an attribute";
    } else if (!is_space(c) && c != '/') {
        place->state = HTML_ATTR_NAME;
        place->attribute[0] = '\0';
        append(place->attribute, sizeof place->attribute, c);
    }
    return NULL;
}

static const char *step_attribute_name(HtmlPlace *place, char c) {
    if (c == '>') {
        tag_end(place);
    } else if (is_space(c) || c == '/') {
        place->state = HTML_IN_TAG;
    } else if (c == '=') {
        // The value follows; only double quotes are taken.
        place->state = HTML_ATTR_VALUE;
        place->value_len = (size_t)-1; // the quote is still to come
        place->value_start[0] = '\0';
        place->has_separator = place->in_entity = false;
        place->letters = 0;
    } else if (!append(place->attribute, sizeof place->attribute, c)) {
        return "the name of the attribute is too long";
    }
    return NULL;
}

static const char *step_value(HtmlPlace *place, char c) {
    if (place->value_len == (size_t)-1) {
        place->value_len = 0;
        return c == '"' ? NULL : "the value of an attribute must stand in double quotes";
    }
    if (c == '"') {
        place->state = HTML_IN_TAG;
        return NULL;
    }
    append(place->value_start, sizeof place->value_start, c);
    place->value_len++;
    place->has_separator |= c == '/' || c == '?' || c == '#';
    if (is_one_of(place->attribute, URL_ATTRIBUTES) &&
        (strncmp(place->value_start, "javascript:", 11) == 0 ||
         strncmp(place->value_start, "data:", 5) == 0 ||
         strncmp(place->value_start, "vbscript:", 9) == 0))
        return "this kind of URL is not allowed";
    return is_one_of(place->attribute, SPOKEN_ATTRIBUTES) ? step_shown(place, c) : NULL;
}

const char *html_step(HtmlPlace *place, char c) {
    switch (place->state) {
    case HTML_TEXT:
        if (c != '<')
            return step_shown(place, c);
        place->state = HTML_TAG_OPEN;
        place->element[0] = '\0';
        place->is_closing = false;
        return NULL;
    case HTML_TAG_OPEN:
        if (c == '/' && !place->is_closing) {
            place->is_closing = true;
        } else if (c == '!') {
            place->in_doctype = true;
            place->state = HTML_TAG_NAME;
        } else if (is_letter(c)) {
            place->state = HTML_TAG_NAME;
            append(place->element, sizeof place->element, c);
        } else {
            return "write &lt; for a < that opens no tag";
        }
        return NULL;
    case HTML_TAG_NAME:
        if (c == '>')
            tag_end(place);
        else if (is_space(c) || c == '/')
            place->state = HTML_IN_TAG;
        else if (place->in_doctype && c == '-')
            return "write {# … #} for a comment";
        else if (!append(place->element, sizeof place->element, c))
            return "the name of the tag is too long";
        return NULL;
    case HTML_IN_TAG:
        return step_tag(place, c);
    case HTML_ATTR_NAME:
        return step_attribute_name(place, c);
    case HTML_ATTR_VALUE:
        return step_value(place, c);
    }
    return NULL;
}

HtmlSpot html_spot(const HtmlPlace *place, const char **ret_reason) {
    bool is_handler = strncmp(place->attribute, "on", 2) == 0;
    *ret_reason = NULL;
    switch (place->state) {
    case HTML_TEXT:
        return place->plain[0] != '\0' ? SPOT_TITLE : SPOT_TEXT;
    case HTML_IN_TAG:
        return SPOT_TAG;
    case HTML_ATTR_VALUE:
        if (place->value_len == (size_t)-1)
            *ret_reason = "the value of an attribute must stand in double quotes";
        else if (is_handler || is_one_of(place->attribute, REFUSED_ATTRIBUTES))
            *ret_reason = "nothing may be written into this attribute";
        else if (!is_one_of(place->attribute, URL_ATTRIBUTES))
            return SPOT_ATTRIBUTE;
        else if (place->value_len == 0)
            return SPOT_URL;
        else if (place->has_separator)
            return SPOT_URL_PART;
        else
            *ret_reason = "in a URL, \"/\", \"?\" or \"#\" must stand before a part that varies";
        return SPOT_FORBIDDEN;
    default:
        *ret_reason = "nothing may be written into the name of a tag or attribute";
        return SPOT_FORBIDDEN;
    }
}

bool html_same(const HtmlPlace *a, const HtmlPlace *b) {
    return a->state == b->state && strcmp(a->plain, b->plain) == 0 &&
           a->preformatted == b->preformatted && a->is_raw == b->is_raw &&
           (a->state != HTML_ATTR_VALUE ||
            (strcmp(a->attribute, b->attribute) == 0 && a->has_separator == b->has_separator &&
             (a->value_len == 0) == (b->value_len == 0)));
}
