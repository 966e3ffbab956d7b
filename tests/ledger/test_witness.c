// Witnesses: what they sign, what they refuse, what they remember; proof files and requests.
#include "ledger/witness.h"

#include <unistd.h>

#include "ledger/verify.h"
#include "memory_log.h"

typedef struct Scene {
    NoteSigner log, witness;
    char folder[512], state[512];
    Witness role;
} Scene;

static void scene_make(Scene *scene, const char *name) {
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &scene->log, NULL));
    CHECK_OK(note_keygen(STR("inspector.example"), NOTE_KEY_COSIGNATURE, &scene->witness, NULL));
    snprintf(scene->folder, sizeof scene->folder, "%s/%s", t_folder(), name);
    snprintf(scene->state, sizeof scene->state, "%s/%s-state", t_folder(), name);
    scene->role = (Witness){.folder = scene->state, .signer = &scene->witness};
}

// Asks the witness as a node would: proof from the size the witness says it has.
static Err ask(const Scene *scene, const char *folder, uint64_t old_size, uint64_t seconds,
               StrBuf *out, Diag *diag) {
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX), body = STRBUF(WITNESS_REQUEST_MAX);
    _cleanup_tile_reader_ TileReader reader;
    Checkpoint checkpoint;
    MerkleProof proof = {0};
    WitnessRequest request;
    uint64_t last = 0;
    tile_reader_begin(&reader, tile_folder_source(&tiles), 0);
    TRY(tile_folder_checkpoint(&tiles, &note, diag));
    TRY(checkpoint_open(strbuf_str(&note), NULL, &checkpoint, NULL, diag));
    reader.size = checkpoint.size;
    if (old_size <= checkpoint.size)
        TRY(merkle_consistency_make(tile_reader_nodes(&reader), old_size, checkpoint.size, &proof,
                                    diag));
    TRY(witness_request_put(&body, old_size, &proof, strbuf_str(&note), diag));
    TRY(witness_request_parse(strbuf_str(&body), &request, diag));
    return witness_sign(&scene->role, &scene->log.verifier, 1, &request, seconds, out, &last, diag);
}

TEST(a_witness_follows_a_ledger_that_grows)
{
    Scene scene;
    _cleanup_strbuf_ StrBuf line = STRBUF(NOTE_MAX);
    uint64_t last = 1;
    scene_make(&scene, "follows");
    CHECK_OK(made_publish(scene.folder, &scene.log, (uint64_t[]){10}, 1, NULL));
    CHECK_OK(witness_last_size(&scene.role, STR("node.example/ledger"), &last, NULL));
    CHECK_INT(last, 0);
    CHECK_OK(ask(&scene, scene.folder, 0, 1700000100, &line, NULL));
    CHECK_OK(witness_last_size(&scene.role, STR("node.example/ledger"), &last, NULL));
    CHECK_INT(last, 10);
    TileFolder tiles = {scene.folder};
    CHECK_OK(ledger_checkpoint_cosign(&tiles, &scene.witness.verifier, 1, strbuf_str(&line), NULL));
    LedgerReport report;
    LedgerVerifyOptions options = {
        .log = &scene.log.verifier, .witnesses = &scene.witness.verifier, .witness_count = 1};
    CHECK_OK(ledger_verify(scene.folder, &options, &report, NULL));
    CHECK(report.witnessed[0].is_there);
    CHECK_INT(report.witnessed[0].seconds, 1700000100);
    // The same again takes the older line's place.
    strbuf_clear(&line);
    CHECK_OK(ask(&scene, scene.folder, 10, 1700000200, &line, NULL));
    CHECK_OK(ledger_checkpoint_cosign(&tiles, &scene.witness.verifier, 1, strbuf_str(&line), NULL));
    CHECK_OK(ledger_verify(scene.folder, &options, &report, NULL));
    CHECK_INT(report.witnessed[0].seconds, 1700000200);
    // The publisher keeps cosignatures while nothing is new, and starts without them when it is.
    CHECK_OK(made_publish(scene.folder, &scene.log, (uint64_t[]){10}, 1, NULL));
    CHECK_OK(ledger_verify(scene.folder, &options, &report, NULL));
    CHECK(report.witnessed[0].is_there);
    CHECK_OK(made_publish(scene.folder, &scene.log, (uint64_t[]){300}, 1, NULL));
    CHECK_OK(ledger_verify(scene.folder, &options, &report, NULL));
    CHECK(!report.witnessed[0].is_there);
    strbuf_clear(&line);
    CHECK_OK(ask(&scene, scene.folder, 10, 1700000300, &line, NULL));
}

TEST(a_witness_signs_no_second_history)
{
    Scene scene;
    char split[560];
    _cleanup_strbuf_ StrBuf line = STRBUF(NOTE_MAX);
    uint64_t changed = 3, last = 0;
    Diag diag = {0};
    scene_make(&scene, "history");
    snprintf(split, sizeof split, "%s-split", scene.folder);
    CHECK_OK(made_publish(scene.folder, &scene.log, (uint64_t[]){20}, 1, NULL));
    CHECK_OK(ask(&scene, scene.folder, 0, 1, &line, NULL));
    size_t signed_once = line.len;
    LedgerPublisher *publisher = NULL;
    CHECK_OK(ledger_publisher_open(split, &scene.log, (LeafSource){made_leaf, &changed}, &publisher,
                                   NULL));
    CHECK_OK(ledger_publish(publisher, 19, NULL));
    CHECK_ERR(ask(&scene, split, 20, 2, &line, &diag), ERR_CONFLICT);
    CHECK_OK(ledger_publish(publisher, 20, NULL));
    CHECK_ERR(ask(&scene, split, 20, 2, &line, &diag), ERR_CONFLICT);
    CHECK_OK(ledger_publish(publisher, 25, NULL));
    CHECK_ERR(ask(&scene, split, 20, 2, &line, &diag), ERR_CONFLICT);
    // Not from another size than the one that was signed.
    CHECK_ERR(ask(&scene, split, 0, 2, &line, &diag), ERR_STATE);
    CHECK_ERR(ask(&scene, split, 24, 2, &line, &diag), ERR_STATE);
    CHECK_INT(line.len, signed_once);
    CHECK_OK(witness_last_size(&scene.role, STR("node.example/ledger"), &last, NULL));
    CHECK_INT(last, 20);
    ledger_publisher_free(publisher);
}

TEST(a_witness_knows_its_ledgers_and_their_keys)
{
    Scene scene, other;
    _cleanup_strbuf_ StrBuf line = STRBUF(NOTE_MAX);
    scene_make(&scene, "known");
    scene_make(&other, "unknown");
    CHECK_OK(made_publish(scene.folder, &scene.log, (uint64_t[]){5}, 1, NULL));
    CHECK_OK(made_publish(other.folder, &other.log, (uint64_t[]){5}, 1, NULL));
    CHECK_ERR(ask(&scene, other.folder, 0, 1, &line, NULL), ERR_SIGNATURE);
    CHECK_OK(note_keygen(STR("else.example"), NOTE_KEY_SIGNATURE, &scene.log, NULL));
    CHECK_ERR(ask(&scene, scene.folder, 0, 1, &line, NULL), ERR_NOT_FOUND);
    scene.role.signer = &scene.log;
    CHECK_ERR(ask(&scene, scene.folder, 0, 1, &line, NULL), ERR_INVALID);
    CHECK_INT(line.len, 0);
}

// The example of the specification, up to its blank line.
TEST(a_request_is_read_as_the_specification_has_it)
{
    Str text = STR("old 20852014\n"
                   "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
                   "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
                   "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
                   "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
                   "\n"
                   "example.com/behind-the-sofa\n");
    WitnessRequest request;
    CHECK_OK(witness_request_parse(text, &request, NULL));
    CHECK_INT(request.old_size, 20852014);
    CHECK_INT(request.proof.count, 4);
    CHECK_STR(request.checkpoint, "example.com/behind-the-sofa\n");
    static const char *const BAD[] = {"",           "old 1",     "old 01\n\nx",      "old -1\n\nx",
                                      "new 1\n\nx", "old 1\n\n", "old 1\nAAAA\n\nx", "old 1\nx"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_ERR(witness_request_parse(str_from(BAD[i]), &request, NULL), ERR_SYNTAX);
}

TEST(a_proof_file_gives_back_what_was_put)
{
    MerkleProof proof = {.count = 2};
    TlogProof back;
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    proof.hashes[1].bytes[4] = 9;
    CHECK_OK(tlog_proof_put(&text, STR("leaf"), 7, &proof, STR("note\n"), NULL));
    CHECK(str_has_prefix(strbuf_str(&text),
                         STR("c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 7\nAAAA")));
    CHECK_OK(tlog_proof_parse(strbuf_str(&text), &back, NULL));
    CHECK_STR(back.extra, "bGVhZg==");
    CHECK_INT(back.index, 7);
    CHECK_INT(back.proof.count, 2);
    CHECK(merkle_equal(&back.proof.hashes[1], &proof.hashes[1]));
    CHECK_STR(back.checkpoint, "note\n");
}
