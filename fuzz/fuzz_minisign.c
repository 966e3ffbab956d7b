// Any bytes as the key and signature files of minisign.
#include <unistd.h>

#include "crypto/minisign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size);
    MinisignPublicKey key = {0};
    MinisignSecretKey secret;
    MinisignSignature signature;
    bool is_protected = false;
    if (minisign_public_parse(text, &key, NULL) != ERR_OK)
        memset(&key, 0, sizeof key);
    // A protected key would cost a second of scrypt each.
    if (minisign_secret_is_protected(text, &is_protected, NULL) == ERR_OK && !is_protected &&
        minisign_secret_parse(text, (Str){0}, &secret, NULL) != ERR_OK)
        return 0;
    if (minisign_signature_parse(text, &signature, NULL) == ERR_OK) {
        memcpy(key.id, signature.id, sizeof key.id);
        if (minisign_verify(&key, &signature, -1, NULL) == ERR_OK)
            return 0;
    }
    return 0;
}
