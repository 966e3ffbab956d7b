// Names of classes, flags and categories.
#include "workspace/scan_labels.h"

#include "format/scheme.h"
#include "language/safe_text.h"

Str scan_class_label(const Lang *lang, ScanClass class) {
    switch (class) {
    case SCAN_KNOWN:
        return tr(lang, "files", "Known");
    case SCAN_PROBABLY_KNOWN:
        return tr(lang, "files", "Probably known");
    case SCAN_KNOWN_GOOD:
        return tr(lang, "files", "Known to be harmless");
    case SCAN_UNKNOWN:
        return tr(lang, "files", "To look at");
    case SCAN_OTHER:
        return tr(lang, "files", "No picture or video");
    case SCAN_PROBLEM:
    default:
        return tr(lang, "files", "With problems");
    }
}

Str scan_flag_label(const Lang *lang, ScanFlag flag) {
    switch (flag) {
    case SCAN_FLAG_VICTIM_UNIDENTIFIED:
        return tr(lang, NULL, "The list says that the victim is not identified");
    case SCAN_FLAG_LARGER_COPY:
        return tr(lang, NULL, "Larger than the copy on the list");
    case SCAN_FLAG_NEW_METADATA:
        return tr(lang, NULL, "Carries metadata that the list does not have");
    case SCAN_FLAG_CONFLICTING_LISTS:
    default:
        return tr(lang, NULL, "Also on a list of harmless files");
    }
}

void known_row_category_put(StrBuf *out, const Lang *lang, const KnownRow *row) {
    if (row->category[0] == '\0') {
        strbuf_put(out, tr(lang, NULL, "uncategorised"));
        return;
    }
    const SchemeCode *code =
        scheme_code_find(str_from(row->scheme), str_from(row->version), str_from(row->category));
    // The scheme stands with the code always: a number alone means something else elsewhere.
    _cleanup_strbuf_ StrBuf scheme = STRBUF(256);
    strbuf_put_text(&scheme, row->scheme);
    if (row->version[0] != '\0')
        strbuf_printf(&scheme, " %s", row->version);
    const char *label_msgid = code == NULL ? NULL : code->label;
    Str label = label_msgid == NULL ? (Str){0} : tr(lang, NULL, label_msgid);
    // Some labels begin with their code.
    if (label_msgid != NULL && str_has_prefix(label, str_from(row->category)))
        tr_put(out, lang, NULL, "{label} ({scheme})",
               MSG_ARGS(msg_text("label", label), msg_ident("scheme", strbuf_str(&scheme))));
    else if (label_msgid != NULL)
        tr_put(out, lang, NULL, "{code} {label} ({scheme})",
               MSG_ARGS(msg_ident("code", str_from(row->category)), msg_text("label", label),
                        msg_ident("scheme", strbuf_str(&scheme))));
    else if (scheme.len > 0)
        tr_put(out, lang, NULL, "{code} ({scheme})",
               MSG_ARGS(msg_ident("code", str_from(row->category)),
                        msg_ident("scheme", strbuf_str(&scheme))));
    else
        text_put_safe(out, str_from(row->category));
}
