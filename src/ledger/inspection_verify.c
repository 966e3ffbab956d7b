// Checking inspection data line by line.
#include "base/encoding.h"
#include "ledger/inspection.h"

typedef struct Reading {
    Str rest;
    int64_t line;
    StrBuf note, earlier, work;
    Checkpoint checkpoint;
    Inspection inspection;
    Diag *diag;
} Reading;

static Err bad_line(const Reading *reading) {
    diag_set(reading->diag, ERR_SYNTAX,
             N_("Line {record} of the inspection data is not what should stand there."));
    diag_place(reading->diag, -1, reading->line);
    return ERR_SYNTAX;
}

static Err placed(Err err, const Reading *reading) {
    if (err != ERR_OK)
        diag_place(reading->diag, -1, reading->line);
    return err;
}

// Whether the next line is `name`; its value then, and the line is taken.
static bool line_take(Reading *reading, const char *name, Str *ret_value) {
    Str line, rest, label = str_from(name);
    if (!str_cut(reading->rest, '\n', &line, &rest) || !str_has_prefix(line, label) ||
        line.len <= label.len || line.ptr[label.len] != ' ')
        return false;
    reading->rest = rest;
    reading->line++;
    *ret_value = str_from_index(line, label.len + 1);
    return true;
}

// Base64 into a buffer, emptied first.
static Err decode(const Reading *reading, Str encoded, StrBuf *out) {
    size_t n, room = encoded.len / 4 * 3 + 3;
    strbuf_clear(out);
    char *to = strbuf_reserve(out, room);
    if (to == NULL)
        return placed(diag_set(reading->diag, strbuf_err(out), N_("There is not enough memory.")),
                      reading);
    if (!base64_decode(encoded, (uint8_t *)to, room, &n))
        return bad_line(reading);
    strbuf_commit(out, n);
    return ERR_OK;
}

static Err key_read(Reading *reading, Str value, NoteVerifier *ret) {
    TRY(decode(reading, value, &reading->work));
    if (note_verifier_parse(strbuf_str(&reading->work), ret, NULL) != ERR_OK)
        return bad_line(reading);
    return ERR_OK;
}

static Err hashes_read(const Reading *reading, Str encoded, MerkleProof *ret) {
    size_t n = 0;
    if (!str_is(encoded, "-") &&
        !base64_decode(encoded, ret->hashes[0].bytes, sizeof ret->hashes, &n))
        return bad_line(reading);
    if (n % SHA256_SIZE != 0 || (n == 0 && !str_is(encoded, "-")))
        return bad_line(reading);
    ret->count = n / SHA256_SIZE;
    return ERR_OK;
}

static Err head_read(Reading *reading, const NoteVerifier *log) {
    Inspection *inspection = &reading->inspection;
    Str head = STR("seventh/inspection/v1\n"), value;
    Note note;
    if (!str_has_prefix(reading->rest, head))
        return bad_line(reading);
    reading->rest = str_from_index(reading->rest, head.len);
    if (!line_take(reading, "key", &value))
        return bad_line(reading);
    TRY(key_read(reading, value, &inspection->log));
    while (line_take(reading, "witness", &value)) {
        if (inspection->witness_count == LEDGER_WITNESSES_MAX)
            return bad_line(reading);
        TRY(key_read(reading, value, &inspection->witnesses[inspection->witness_count++]));
    }
    if (!line_take(reading, "checkpoint", &value))
        return bad_line(reading);
    TRY(decode(reading, value, &reading->note));
    const NoteVerifier *key = log != NULL ? log : &inspection->log;
    TRY(placed(checkpoint_open(strbuf_str(&reading->note), key, &reading->checkpoint, &note,
                               reading->diag),
               reading));
    if (!str_is(reading->checkpoint.origin, key->name))
        return bad_line(reading);
    for (size_t i = 0; i < inspection->witness_count; i++) {
        Err err = note_verify(&note, &inspection->witnesses[i], &inspection->witnessed[i].seconds,
                              reading->diag);
        inspection->witnessed[i].is_there = err == ERR_OK;
        if (err != ERR_NOT_FOUND)
            TRY(placed(err, reading));
    }
    inspection->size = reading->checkpoint.size;
    memcpy(inspection->origin, reading->checkpoint.origin.ptr, reading->checkpoint.origin.len);
    return ERR_OK;
}

static Err earlier_read(Reading *reading, const NoteVerifier *log) {
    Str value;
    Checkpoint earlier;
    MerkleProof proof;
    if (!line_take(reading, "earlier", &value))
        return ERR_OK;
    TRY(decode(reading, value, &reading->earlier));
    TRY(placed(checkpoint_open(strbuf_str(&reading->earlier),
                               log != NULL ? log : &reading->inspection.log, &earlier, NULL,
                               reading->diag),
               reading));
    if (!line_take(reading, "consistency", &value))
        return bad_line(reading);
    TRY(hashes_read(reading, value, &proof));
    TRY(placed(checkpoint_continues(&earlier, &reading->checkpoint, &proof, reading->diag),
               reading));
    reading->inspection.has_earlier = true;
    reading->inspection.earlier_size = earlier.size;
    return ERR_OK;
}

static Err entry_read(Reading *reading, Str value, LedgerEntry *ret) {
    Str leaf, hashes;
    MerkleProof proof;
    MerkleHash hash;
    if (!str_cut(value, ' ', &leaf, &hashes))
        return bad_line(reading);
    TRY(decode(reading, leaf, &reading->work));
    TRY(hashes_read(reading, hashes, &proof));
    TRY(placed(ledger_entry_parse(strbuf_str(&reading->work), ret, reading->diag), reading));
    merkle_leaf(strbuf_str(&reading->work), &hash);
    if (merkle_inclusion_fits(&hash, ret->index, reading->checkpoint.size, &proof,
                              &reading->checkpoint.root))
        return ERR_OK;
    diag_set(reading->diag, ERR_CORRUPT,
             N_("Entry {index} is not one of the ledger's: its proof does not fit."));
    diag_arg_int(reading->diag, "index", (int64_t)ret->index);
    return placed(ERR_CORRUPT, reading);
}

static Err entries_read(Reading *reading,
                        Err (*entry)(void *context, const LedgerEntry *entry, Diag *diag),
                        void *context) {
    Str value;
    uint64_t count, next = 0;
    while (line_take(reading, "entry", &value)) {
        LedgerEntry read;
        TRY(entry_read(reading, value, &read));
        if (read.index < next || reading->inspection.entries == INSPECTION_ENTRIES_MAX)
            return bad_line(reading);
        next = read.index + 1;
        reading->inspection.entries++;
        if (entry != NULL)
            TRY(entry(context, &read, reading->diag));
    }
    if (!line_take(reading, "end", &value) || !str_to_u64(value, &count) ||
        count != reading->inspection.entries || reading->rest.len != 0)
        return bad_line(reading);
    return ERR_OK;
}

static void reading_done(Reading *reading) {
    strbuf_done(&reading->note);
    strbuf_done(&reading->earlier);
    strbuf_done(&reading->work);
}

Err inspection_verify(Str data, const NoteVerifier *log,
                      Err (*entry)(void *context, const LedgerEntry *entry, Diag *diag),
                      void *context, Inspection *ret, Diag *diag) {
    _cleanup_(reading_done) Reading reading = {.rest = data,
                                               .line = 1,
                                               .note = STRBUF(NOTE_MAX + 8),
                                               .earlier = STRBUF(NOTE_MAX + 8),
                                               .work = STRBUF(LEAF_MAX + NOTE_KEY_TEXT_MAX),
                                               .diag = diag};
    TRY(head_read(&reading, log));
    TRY(earlier_read(&reading, log));
    TRY(entries_read(&reading, entry, context));
    *ret = reading.inspection;
    return ERR_OK;
}

Err inspection_find(Str page, Str *ret_data, Diag *diag) {
    ptrdiff_t at = str_find(page, STR("<pre id=\"inspection\""));
    if (at >= 0) {
        Str rest = str_from_index(page, (size_t)at), data;
        Str head;
        if (str_cut(rest, '>', &head, &rest) && str_cut(rest, '<', &data, &rest) &&
            str_has_prefix(rest, STR("/pre>"))) {
            *ret_data = data;
            return ERR_OK;
        }
    }
    return diag_set(diag, ERR_SYNTAX, N_("{file} is not an inspection file."));
}
