// The body of a request as it arrives: a form, a form with files, or bytes for the handler.
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "web/exchange.h"

static void refuse_err(WebRequest *request, Err err) {
    switch (err) {
    case ERR_LIMIT:
        exchange_refuse(request, 413, "body", N_("What was sent is larger than this page takes."));
        break;
    case ERR_ENCODING:
        exchange_refuse(request, 400, "encoding",
                        N_("The text that was sent holds characters that cannot be."));
        break;
    case ERR_FULL:
        exchange_refuse(request, 507, "space", N_("There is no space left for the file."));
        break;
    case ERR_PERMISSION:
        exchange_refuse(request, 403, "csrf",
                        N_("The form is too old, or it was not sent from a page of this site. Go "
                           "back, reload the page and send it again."));
        break;
    case ERR_NOMEM:
    case ERR_IO:
        exchange_refuse(request, 503, "resources", N_("The server cannot take this just now."));
        break;
    default:
        exchange_refuse(request, 400, "form", N_("The form that was sent cannot be read."));
        break;
    }
}

static Err spool_open(WebRequest *request, int *ret_fd) {
    const char *folder = request->server->options.spool_folder;
    if (folder == NULL)
        return ERR_IO;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_from_errno(errno) == ERR_FULL ? ERR_FULL : ERR_IO;
    *ret_fd = fd;
    return ERR_OK;
}

static Err part_begin(void *context, const MultipartPart *part) {
    WebRequest *request = context;
    request->part_name = arena_copy(request->arena, part->name);
    if (part->name.len > WEB_FIELD_NAME_MAX)
        return ERR_LIMIT;
    if (request->part_name.ptr == NULL)
        return ERR_NOMEM;
    strbuf_clear(&request->part_text);
    if (!part->is_file)
        return ERR_OK;
    // No byte of a file is taken before its form has shown that it is ours.
    Str token;
    if (!request->is_csrf_proven && field_find(&request->form, STR("csrf"), 0, &token))
        request->is_csrf_proven = exchange_csrf_holds(request, token);
    if (!request->is_csrf_proven)
        return ERR_PERMISSION;
    if ((request->match.route->flags & WEB_UPLOAD) == 0 || request->file_count >= WEB_UPLOADS_MAX)
        return ERR_LIMIT;
    BodyFile *file = &request->files[request->file_count];
    int fd;
    TRY(spool_open(request, &fd));
    *file = (BodyFile){.is_open = true};
    file->upload.fd = fd;
    file->upload.field = request->part_name;
    file->upload.name = arena_copy(request->arena, part->file_name);
    request->file_count++;
    return file->upload.name.ptr == NULL ? ERR_NOMEM : ERR_OK;
}

static BodyFile *open_file(WebRequest *request) {
    BodyFile *last = request->file_count > 0 ? &request->files[request->file_count - 1] : NULL;
    return last != NULL && last->is_open ? last : NULL;
}

static Err part_data(void *context, Str bytes) {
    WebRequest *request = context;
    BodyFile *file = open_file(request);
    if (file != NULL) {
        TRY(fd_write_all(file->upload.fd, bytes.ptr, bytes.len, NULL));
        file->upload.size += bytes.len;
        return ERR_OK;
    }
    request->form_bytes += bytes.len;
    if (request->form_bytes > WEB_FORM_MAX)
        return ERR_LIMIT;
    strbuf_put(&request->part_text, bytes);
    return strbuf_err(&request->part_text);
}

// Text as in an urlencoded form: CR LF becomes LF, no other control characters.
static Err part_text_take(WebRequest *request, Str *ret) {
    Str raw = strbuf_str(&request->part_text);
    char *text = arena_alloc(request->arena, raw.len + 1);
    size_t len = 0;
    if (text == NULL)
        return arena_err(request->arena);
    for (size_t i = 0; i < raw.len; i++) {
        unsigned char c = (unsigned char)raw.ptr[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
            return ERR_ENCODING;
        if (c == '\n' && len > 0 && text[len - 1] == '\r')
            len--;
        text[len++] = (char)c;
    }
    *ret = (Str){text, len};
    return utf8_is_valid(*ret) ? ERR_OK : ERR_ENCODING;
}

static Err part_end(void *context) {
    WebRequest *request = context;
    BodyFile *file = open_file(request);
    if (file != NULL) {
        file->is_open = false;
        return lseek(file->upload.fd, 0, SEEK_SET) == 0 ? ERR_OK : ERR_IO;
    }
    Str value = {0};
    TRY(part_text_take(request, &value));
    return field_add(&request->form, request->arena, request->part_name, value);
}

static bool multipart_begin(WebRequest *request) {
    const MultipartSink sink = {request, part_begin, part_data, part_end};
    Str boundary;
    if (!content_type_parameter(request->facts.content_type, STR("boundary"), &boundary) ||
        multipart_init(&request->multipart, boundary, &sink) != ERR_OK) {
        refuse_err(request, ERR_SYNTAX);
        return false;
    }
    request->is_multipart = true;
    request->part_text = STRBUF(WEB_FIELD_MAX);
    request->is_csrf_proven = request->facts.csrf_token.ptr != NULL &&
                              exchange_csrf_holds(request, request->facts.csrf_token);
    return true;
}

bool body_begin(WebRequest *request) {
    const WebRoute *route = request->match.route;
    Str type = content_type_of(request->facts.content_type, request->content_type);
    if (request->facts.length > route->body_max ||
        (request->facts.is_chunked && route->body_max == 0)) {
        refuse_err(request, ERR_LIMIT);
        return false;
    }
    if (str_is(type, "multipart/form-data"))
        return multipart_begin(request);
    request->is_form = str_is(type, "application/x-www-form-urlencoded");
    if (route->csrf == CSRF_FORM && !request->is_form &&
        (request->facts.csrf_token.ptr == NULL || !str_is(type, "application/json"))) {
        exchange_refuse(request, 415, "content-type",
                        N_("What was sent is not of a kind that this page takes."));
        return false;
    }
    uint64_t ceiling = route->body_max;
    if (request->is_form && ceiling > WEB_FORM_MAX)
        ceiling = WEB_FORM_MAX;
    if (ceiling > WEB_ARENA_MAX)
        ceiling = WEB_ARENA_MAX; // larger bodies come as files of a form
    request->body.ceiling = (size_t)ceiling;
    return true;
}

bool body_take(WebRequest *request, Str bytes) {
    Err err = ERR_OK;
    request->received += bytes.len;
    if (request->received > request->match.route->body_max)
        err = ERR_LIMIT;
    else if (request->is_multipart)
        err = multipart_feed(&request->multipart, bytes);
    else {
        strbuf_put(&request->body, bytes);
        err = strbuf_err(&request->body);
    }
    if (err != ERR_OK)
        refuse_err(request, err);
    return err == ERR_OK;
}

bool body_finish(WebRequest *request) {
    Err err = ERR_OK;
    if (request->is_multipart) {
        err = multipart_finish(&request->multipart);
    } else if (request->is_form) {
        // The form's views must outlive the buffer's growth: they are decoded into the arena.
        err = form_parse(strbuf_str(&request->body), request->arena, &request->form);
    }
    if (err != ERR_OK)
        refuse_err(request, err);
    return err == ERR_OK;
}

void body_done(WebRequest *request) {
    if (request->is_multipart)
        multipart_done(&request->multipart);
    strbuf_done(&request->part_text);
    for (size_t i = 0; i < request->file_count; i++)
        if (request->files[i].upload.fd >= 0)
            close(request->files[i].upload.fd);
    request->file_count = 0;
    request->is_multipart = false;
}
