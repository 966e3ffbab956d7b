// The answer that a handler builds. Nothing is sent before the handler has returned ERR_OK; when it
// returns an error, what was built is dropped and an error page (or JSON problem) in the reader's
// language goes out with the class's status and the Diag's sentence.
//
// One thread at a time. Every function takes the handler's WebReply.
#pragma once
#include "format/json.h"
#include "language/html.h"
#include "web/request.h"

void reply_status(WebReply *reply, int status); // 200 unless set
// Where templates write; empty at first, with a ceiling (WEB_REPLY_MAX).
StrBuf *reply_out(WebReply *reply);

// What reply_out holds is the inside of <main>: it goes out in the page frame (frame.h), with this
// title, in the reader's language.
void reply_page(WebReply *reply, Str title);
// What reply_out holds is a whole document of this type ("text/html; charset=utf-8").
void reply_document(WebReply *reply, const char *content_type);
// A writer into reply_out; sends application/json.
JsonWriter *reply_json(WebReply *reply);
// 303 to a path of this site (asserted: begins with one "/").
void reply_redirect(WebReply *reply, Str path);
// For the next page that this visitor sees; msgid marked N_(). Travels signed.
typedef enum FlashKind { FLASH_DONE, FLASH_NOTE, FLASH_PROBLEM } FlashKind;
void reply_flash(WebReply *reply, FlashKind kind, const char *msgid);

// What reply_out holds, or the descriptor (which is then the reply's; from offset 0), as a
// download.
void reply_download(WebReply *reply, const char *content_type, Str file_name);
void reply_download_fd(WebReply *reply, const char *content_type, Str file_name, int fd,
                       uint64_t size);

// A stream of events (text/event-stream). `next` is asked every WEB_STREAM_TICK_MS on a thread of
// the server and must not wait; it appends whole events with event_put and says when it is over.
// `done` (may be NULL) runs once, also when the client leaves. The request does not live that long.
typedef Err StreamNext(void *state, StrBuf *out, bool *ret_is_over);
void reply_stream(WebReply *reply, StreamNext *next, void (*done)(void *state), void *state);
// One event; name may be NULL, data may have several lines.
void event_put(StrBuf *out, const char *name, Str data);

// A further header. Name and value are ours or checked by us; a control byte drops the header.
void reply_header(WebReply *reply, const char *name, Str value);
// The session cookie: set when a person signs in (rotate: always a new token), cleared when they
// leave. SameSite=Strict would lose the session on a link from a mail, so it is Lax; what changes
// anything needs the CSRF token anyway.
void reply_session(WebReply *reply, Str token, int64_t seconds);
void reply_session_clear(WebReply *reply);
void reply_language(WebReply *reply, Str tag); // remembered for a year
// May be kept by browser and proxies for this long (public routes only); otherwise no-store.
void reply_cache_public(WebReply *reply, int64_t seconds);
