// Measures the rate, decides when to draw, and draws.
#include "cli/progress.h"

#include <math.h>
#include <pthread.h>

#include "base/clock.h"
#include "cli/limits.h"
#include "cli/terminal.h"
#include "language/number.h"
#include "language/text_layout.h"

#define SECOND 1000000000LL
#define REDRAW_NS (SECOND / 10)
#define PLAIN_NS (10 * SECOND)
#define RATE_MEMORY 10.0 // seconds over which the rate is smoothed

struct Progress {
    const Lang *lang;
    FILE *to;
    ProgressText text;
    bool is_bar;
    pthread_mutex_t lock; // guards what follows
    bool has_begun, is_drawn;
    int64_t done, total, done_at_first;
    int64_t began_ns, drawn_ns, rated_ns, done_when_rated, tenth_drawn;
    double rate; // a second; smoothed
};

Progress *progress_new(const Lang *lang, FILE *to, ProgressText text) {
    Progress *progress = calloc(1, sizeof *progress);
    if (progress == NULL)
        return NULL;
    if (pthread_mutex_init(&progress->lock, NULL) != 0) {
        free(progress);
        return NULL;
    }
    const char *kind = getenv("TERM");
    progress->lang = lang;
    progress->to = to;
    progress->text = text;
    progress->is_bar = terminal_is_at(to) && kind != NULL && strcmp(kind, "dumb") != 0;
    progress->began_ns = progress->rated_ns = clock_monotonic_ns();
    return progress;
}

static void clear_bar(Progress *progress) {
    if (progress->is_drawn)
        fputs("\r\x1b[K", progress->to);
    progress->is_drawn = false;
}

void progress_free(Progress *progress) {
    if (progress == NULL)
        return;
    clear_bar(progress);
    fflush(progress->to);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}

static void note_rate(Progress *progress, int64_t now) {
    double seconds = (double)(now - progress->rated_ns) / SECOND;
    if (seconds < 0.25)
        return;
    double latest = (double)(progress->done - progress->done_when_rated) / seconds;
    double weight = 1 - exp(-seconds / RATE_MEMORY);
    // The mean since the beginning counts until the memory is full.
    double elapsed = (double)(now - progress->began_ns) / SECOND;
    if (elapsed < RATE_MEMORY)
        progress->rate = (double)(progress->done - progress->done_at_first) / elapsed;
    else
        progress->rate += weight * (latest - progress->rate);
    progress->rated_ns = now;
    progress->done_when_rated = progress->done;
}

static MsgArg amount(const Progress *progress, const char *name, int64_t number) {
    return progress->text.is_bytes ? msg_bytes(name, number) : msg_int(name, number);
}

static void put_line(const Progress *progress, StrBuf *out, int64_t now) {
    StrBuf _cleanup_strbuf_ left = STRBUF(128), elapsed = STRBUF(128);
    bool is_known =
        progress->total > 0 && (progress->rate > 0 || progress->done >= progress->total);
    double seconds = 0, share = 0;
    if (is_known) {
        int64_t rest = progress->total > progress->done ? progress->total - progress->done : 0;
        seconds = rest == 0 ? 0 : ceil((double)rest / progress->rate);
        share = (double)progress->done / (double)progress->total;
    }
    duration_put(&left, progress->lang, seconds < 1e9 ? (int64_t)seconds : (int64_t)1e9);
    duration_put(&elapsed, progress->lang, (now - progress->began_ns) / SECOND);
    const char *msgid = is_known ? progress->text.known_msgid : progress->text.unknown_msgid;
    tr_put(out, progress->lang, NULL, msgid,
           MSG_ARGS(
               amount(progress, "done", progress->done), amount(progress, "total", progress->total),
               msg_percent("percent", share > 1 ? 1 : floor(share * 100) / 100),
               amount(progress, "rate", (int64_t)(progress->rate + 0.5)),
               msg_ident("left", strbuf_str(&left)), msg_ident("elapsed", strbuf_str(&elapsed))));
}

// "━━━━━━━━╸         " in a fifth of the line, and the text behind it.
static void draw_bar(Progress *progress, int64_t now) {
    StrBuf _cleanup_strbuf_ line = STRBUF(TEXT_MAX), text = STRBUF(TEXT_MAX);
    int columns = terminal_columns(progress->to), width = columns / 5;
    put_line(progress, &text, now);
    clear_bar(progress);
    if (progress->total > 0) {
        double share = (double)progress->done / (double)progress->total;
        int halves = (int)((share > 1 ? 1 : share < 0 ? 0 : share) * width * 2);
        for (int i = 0; i < width; i++)
            strbuf_put_text(&line, 2 * i + 2 <= halves ? "━" : 2 * i + 1 == halves ? "╸" : " ");
        strbuf_put_text(&line, "  ");
    }
    int used = progress->total > 0 ? width + 2 : 0;
    size_t fits = text_fit(strbuf_str(&text), columns - 1 - used);
    strbuf_put(&line, str_of(strbuf_text(&text), fits));
    fputs(strbuf_text(&line), progress->to);
    fflush(progress->to);
    progress->is_drawn = true;
}

static void draw_plain(const Progress *progress, int64_t now) {
    StrBuf _cleanup_strbuf_ line = STRBUF(TEXT_MAX);
    put_line(progress, &line, now);
    strbuf_put_byte(&line, '\n');
    fputs(strbuf_text(&line), progress->to);
    fflush(progress->to);
}

void progress_update(Progress *progress, int64_t done, int64_t total) {
    if (progress == NULL)
        return;
    int64_t now = clock_monotonic_ns();
    pthread_mutex_lock(&progress->lock);
    if (!progress->has_begun) {
        progress->has_begun = true;
        progress->began_ns = progress->rated_ns = progress->drawn_ns = now;
        progress->done_at_first = progress->done_when_rated = done;
        progress->tenth_drawn = total > 0 ? (int64_t)((double)done / (double)total * 10) : 0;
    }
    // Threads may report out of order.
    progress->done = done > progress->done ? done : progress->done;
    progress->total = total;
    note_rate(progress, now);
    if (progress->is_bar) {
        if (!progress->is_drawn || now - progress->drawn_ns >= REDRAW_NS) {
            draw_bar(progress, now);
            progress->drawn_ns = now;
        }
    } else {
        int64_t tenth = total > 0 ? (int64_t)((double)progress->done / (double)total * 10) : 0;
        bool is_tenth = tenth > progress->tenth_drawn && now - progress->began_ns >= SECOND;
        if (is_tenth || now - progress->drawn_ns >= PLAIN_NS) {
            draw_plain(progress, now);
            progress->drawn_ns = now;
            progress->tenth_drawn = tenth;
        }
    }
    pthread_mutex_unlock(&progress->lock);
}

void progress_note(Progress *progress, Str text) {
    if (progress == NULL)
        return;
    pthread_mutex_lock(&progress->lock);
    bool was_drawn = progress->is_drawn;
    clear_bar(progress);
    fprintf(progress->to, "%.*s\n", STR_ARG(text));
    if (was_drawn)
        draw_bar(progress, clock_monotonic_ns());
    fflush(progress->to);
    pthread_mutex_unlock(&progress->lock);
}

void progress_finish(Progress *progress) {
    if (progress == NULL)
        return;
    pthread_mutex_lock(&progress->lock);
    int64_t now = clock_monotonic_ns();
    double elapsed = (double)(now - progress->began_ns) / SECOND;
    if (elapsed > 0)
        progress->rate = (double)(progress->done - progress->done_at_first) / elapsed;
    if (progress->is_bar) {
        draw_bar(progress, now);
        fputc('\n', progress->to);
    } else {
        draw_plain(progress, now);
    }
    progress->is_drawn = false;
    fflush(progress->to);
    pthread_mutex_unlock(&progress->lock);
}
