// Names of classes, flags and categories.
#include "workspace/scan_labels.h"

#include "format/scheme.h"
#include "language/safe_text.h"
#include "workspace/video_text.h"

enum { STRETCHES_TOLD = 3 }; // the JSON has them all

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
    case SCAN_FLAG_PARTLY_KNOWN:
        return tr(lang, NULL, "A video to look at of which a part is known");
    case SCAN_FLAG_CONFLICTING_LISTS:
    default:
        return tr(lang, NULL, "Also on a list of harmless files");
    }
}

static void put_shares(StrBuf *out, const Lang *lang, const ScanMatch *match, Str list, Str entry) {
    const VpdqShares *shares = &match->video->shares;
    tr_put(out, lang, NULL,
           "{query} of the {asked} pictures of this video are in the video {entry} of the list "
           "{list}, and {target} of its {listed} in this one.",
           MSG_ARGS(msg_ident("list", list), msg_ident("entry", entry),
                    msg_int("query", (int64_t)shares->query_matched),
                    msg_int("asked", (int64_t)shares->query_counted),
                    msg_int("target", (int64_t)shares->target_matched),
                    msg_int("listed", (int64_t)shares->target_counted)));
    for (size_t i = 0; i < match->video->segment_count && i < STRETCHES_TOLD; i++) {
        const VpdqSegment *segment = &match->segments[i];
        char begin[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX], from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
        clock_text(begin, segment->query_begin_ms);
        clock_text(end, segment->query_end_ms);
        clock_text(from, segment->target_begin_ms);
        clock_text(to, segment->target_end_ms);
        strbuf_put_byte(out, ' ');
        tr_put(out, lang, NULL, "From {begin} to {end}: what that one has from {from} to {to}.",
               MSG_ARGS(msg_ident("begin", str_from(begin)), msg_ident("end", str_from(end)),
                        msg_ident("from", str_from(from)), msg_ident("to", str_from(to))));
    }
}

bool scan_likeness_put(StrBuf *out, const Lang *lang, const ScanMatch *match, Str list, Str entry,
                       const ListEntry *known) {
    if (match->video != NULL && match->match.algorithm == MATCH_BY_VPDQ) {
        put_shares(out, lang, match, list, entry);
        return true;
    }
    if (match->video != NULL) {
        trn_put(out, lang, NULL,
                "{n} picture of this video is near entry {entry} of the list {list}.",
                "{n} pictures of this video are near entry {entry} of the list {list}.",
                (int64_t)match->video->pictures,
                MSG_ARGS(msg_ident("list", list), msg_ident("entry", entry)));
        return true;
    }
    if (match->match.algorithm != MATCH_BY_FRAME || match->match.frame >= known->frame_count)
        return false;
    char time[CLOCK_TEXT_MAX];
    clock_text(time, known->frames[match->match.frame].time_ms);
    tr_put(out, lang, NULL,
           "Near the picture at {time} of the video {entry} of the list {list}: {bits} of 256 bits "
           "differ.",
           MSG_ARGS(msg_ident("time", str_from(time)), msg_ident("list", list),
                    msg_ident("entry", entry), msg_int("bits", match->match.distance)));
    return true;
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
