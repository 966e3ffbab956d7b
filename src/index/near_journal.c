// Fixed-size checksummed records, appended and replayed.
#include "index/near_journal.h"

#include <errno.h>
#include <fcntl.h>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/digest.h"

// u8 change, 3 zero bytes, u32 id, 32 bytes of hash, 8 bytes of SHA-256 over the position and all
// that.
enum { BODY = 8 + PDQ_BYTES, RECORD = BODY + 8, AT_A_TIME = 1024 };

static Err record_seal(CryptoDigest *digest, uint64_t position, const uint8_t *body,
                       uint8_t ret_seal[8]) {
    uint8_t place[8], full[32];
    store_le64(place, position);
    crypto_digest_put(digest, place, sizeof place);
    crypto_digest_put(digest, body, BODY);
    TRY(crypto_digest_finish(digest, full, sizeof full));
    memcpy(ret_seal, full, 8);
    return ERR_OK;
}

static Err journal_replay(NearJournal *journal, CryptoDigest *digest,
                          Err (*apply)(void *, NearChange, uint32_t, const PdqHash *),
                          void *context, Diag *diag) {
    _cleanup_free_ uint8_t *block = malloc(AT_A_TIME * RECORD);
    if (block == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (;;) {
        ssize_t n =
            pread(journal->fd, block, AT_A_TIME * RECORD, (off_t)(journal->records * RECORD));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, "");
        if (n < RECORD)
            return ERR_OK;
        for (ssize_t at = 0; at + RECORD <= n; at += RECORD) {
            const uint8_t *record = block + at;
            uint8_t seal[8];
            TRY(record_seal(digest, journal->records, record, seal));
            if (memcmp(seal, record + BODY, sizeof seal) != 0)
                return ERR_OK;
            PdqHash hash;
            memcpy(&hash, record + 8, sizeof hash);
            TRY(apply(context, (NearChange)record[0], load_le32(record + 4), &hash));
            journal->records++;
        }
    }
}

Err near_journal_open(const char *path,
                      Err (*apply)(void *context, NearChange change, uint32_t id,
                                   const PdqHash *hash),
                      void *context, NearJournal *ret, Diag *diag) {
    _cleanup_near_journal_ NearJournal journal = {
        .fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (journal.fd < 0)
        return diag_errno(diag, errno, path);
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = NULL;
    TRY(crypto_digest_new("SHA256", &digest));
    TRY(journal_replay(&journal, digest, apply, context, diag));
    if (ftruncate(journal.fd, (off_t)(journal.records * RECORD)) != 0)
        return diag_errno(diag, errno, path);
    *ret = journal;
    journal.fd = -1;
    return ERR_OK;
}

void near_journal_done(NearJournal *journal) {
    closep(&journal->fd);
    journal->fd = -1;
}

// A write that fails halfway is overwritten by the next: the position counts, not the end of the
// file.
static Err records_write(const NearJournal *journal, uint64_t position, const uint8_t *records,
                         size_t count, Diag *diag) {
    off_t place = (off_t)(position * RECORD);
    if (lseek(journal->fd, place, SEEK_SET) != place)
        return diag_errno(diag, errno, "");
    return fd_write_all(journal->fd, records, count * RECORD, diag);
}

Err near_journal_put(NearJournal *journal, NearChange change, uint32_t first, const PdqHash *hashes,
                     size_t count, Diag *diag) {
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = NULL;
    TRY(crypto_digest_new("SHA256", &digest));
    uint8_t block[64 * RECORD];
    for (size_t done = 0; done < count;) {
        size_t n = count - done < 64 ? count - done : 64;
        memset(block, 0, sizeof block);
        for (size_t i = 0; i < n; i++) {
            uint8_t *record = block + i * RECORD;
            record[0] = (uint8_t)change;
            store_le32(record + 4, first + (uint32_t)(done + i));
            if (hashes != NULL)
                memcpy(record + 8, &hashes[done + i], PDQ_BYTES);
            TRY(record_seal(digest, journal->records + done + i, record, record + BODY));
        }
        TRY(records_write(journal, journal->records + done, block, n, diag));
        done += n;
    }
    journal->records += count;
    return ERR_OK;
}

Err near_journal_copy(const NearJournal *journal, uint64_t from, uint64_t to, NearJournal *io_to,
                      Diag *diag) {
    enum { SOME = 64 };
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = NULL;
    TRY(crypto_digest_new("SHA256", &digest));
    uint8_t block[SOME * RECORD];
    while (from < to) {
        size_t n = to - from < SOME ? (size_t)(to - from) : SOME;
        ssize_t got = pread(journal->fd, block, n * RECORD, (off_t)(from * RECORD));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return diag_errno(diag, errno, "");
        if ((size_t)got != n * RECORD)
            return diag_set(diag, ERR_TRUNCATED, N_("The journal of a near index was cut off."));
        for (size_t i = 0; i < n; i++) // sealed anew: the seal is over the position too
            TRY(record_seal(digest, io_to->records + i, block + i * RECORD,
                            block + i * RECORD + BODY));
        TRY(records_write(io_to, io_to->records, block, n, diag));
        io_to->records += n;
        from += n;
    }
    return ERR_OK;
}

Err near_journal_sync(int fd, Diag *diag) {
    return fdatasync(fd) == 0 ? ERR_OK : diag_errno(diag, errno, "");
}
