// compare_faiss: FAISS's binary indexes (Debian's libfaiss) over the hashes and queries of a
// `seventh bench near`, and a native flat scan beside them.
//
//     compare_faiss HASHES COUNT QUERIES COUNT RADIUS SECONDS  > JSON
//
// HASHES and QUERIES are files of 32 bytes a hash, as `seventh bench near --save` writes them. Each
// index is asked for as many of the queries as fit into SECONDS (two at least), one at a time on
// one thread, in processor time. Recall is of the hashes within RADIUS, against the native scan.
// One JSON object a line.
//
// Debian's FAISS is built for every x86-64 processor, without the popcount instruction that came
// with the second of them: its flat scan is some ten times slower than one that uses it, which is
// why the native scan stands beside it. Quote ratios to the native scan.
#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <malloc.h>
#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

namespace {

constexpr size_t BYTES = 32;

struct Bench {
    std::vector<uint8_t> hashes, queries;
    size_t count, query_count;
    int radius;
    double seconds;
    // Of each query that was asked natively: ids within the radius, ascending.
    std::vector<std::vector<int64_t>> truth;
};

// Processor time of this thread, the only one, in seconds.
double now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Bytes that the allocator has handed out, large runs included.
size_t memory_in_use() {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

bool read_all(const char *path, size_t count, std::vector<uint8_t> &to) {
    to.resize(count * BYTES);
    FILE *file = fopen(path, "rb");
    bool is_read = file != nullptr && fread(to.data(), BYTES, count, file) == count;
    if (file != nullptr)
        fclose(file);
    return is_read;
}

#if defined(__x86_64__)
__attribute__((target("popcnt")))
#endif
void native_scan(const Bench &bench, const uint8_t *query, std::vector<int64_t> &within) {
    uint64_t q[4];
    memcpy(q, query, BYTES);
    const uint64_t q0 = q[0], q1 = q[1], q2 = q[2], q3 = q[3];
    const uint8_t *at = bench.hashes.data();
    for (size_t i = 0; i < bench.count; i++, at += BYTES) {
        uint64_t h0, h1, h2, h3;
        memcpy(&h0, at, 8);
        memcpy(&h1, at + 8, 8);
        memcpy(&h2, at + 16, 8);
        memcpy(&h3, at + 24, 8);
        int distance = __builtin_popcountll(q0 ^ h0) + __builtin_popcountll(q1 ^ h1) +
                       __builtin_popcountll(q2 ^ h2) + __builtin_popcountll(q3 ^ h3);
        if (distance <= bench.radius)
            within.push_back((int64_t)i);
    }
}

// Every query is scanned for natively, for the truth; the fastest scan is the peer's time.
double native_seconds(Bench &bench) {
    double fastest = 1e300, begun = now();
    for (size_t q = 0; q < bench.query_count; q++) {
        if (q >= 8 && now() - begun > bench.seconds * 4)
            break;
        std::vector<int64_t> within;
        double start = now();
        native_scan(bench, bench.queries.data() + q * BYTES, within);
        fastest = std::min(fastest, now() - start);
        bench.truth.push_back(std::move(within));
    }
    return fastest;
}

void measure(const char *name, faiss::IndexBinary &index, Bench &bench, double native) {
    size_t before = memory_in_use();
    double begun = now();
    index.add((faiss::IndexBinary::idx_t)bench.count, bench.hashes.data());
    double build = now() - begun;
    double bytes = (double)(memory_in_use() - before) / (double)bench.count;
    size_t asked = 0, expected = 0, found = 0;
    begun = now();
    double spent = 0;
    for (; asked < bench.truth.size() && (asked < 2 || spent < bench.seconds); asked++) {
        double start = now();
        faiss::RangeSearchResult result(1);
        // FAISS finds what is nearer than its radius; ours may be as far.
        index.range_search(1, bench.queries.data() + asked * BYTES, bench.radius + 1, &result);
        spent += now() - start;
        std::vector<int64_t> ids(result.labels, result.labels + result.lims[1]);
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        for (int64_t id : bench.truth[asked])
            found += std::binary_search(ids.begin(), ids.end(), id);
        expected += bench.truth[asked].size();
    }
    double rate = (double)asked / spent;
    printf("{\"index\":\"%s\",\"size\":%zu,\"radius\":%d,\"build_seconds\":%.2f,"
           "\"bytes_per_hash\":%.1f,\"queries\":%zu,\"queries_per_second\":%.2f,"
           "\"recall\":%.6f,\"matches\":%zu,\"ratio_to_native_scan\":%.3f}\n",
           name, bench.count, bench.radius, build, bytes, asked, rate,
           expected == 0 ? 1.0 : (double)found / (double)expected, expected, rate * native);
    fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
    Bench bench;
    if (argc != 7) {
        fputs("usage: compare_faiss HASHES COUNT QUERIES COUNT RADIUS SECONDS\n", stderr);
        return 2;
    }
    bench.count = strtoull(argv[2], nullptr, 10);
    bench.query_count = strtoull(argv[4], nullptr, 10);
    bench.radius = atoi(argv[5]);
    bench.seconds = atof(argv[6]);
    if (!read_all(argv[1], bench.count, bench.hashes) ||
        !read_all(argv[3], bench.query_count, bench.queries)) {
        fputs("compare_faiss: the hashes cannot be read\n", stderr);
        return 1;
    }
    omp_set_num_threads(1);
    double native = native_seconds(bench);
    printf("{\"index\":\"native-scan\",\"size\":%zu,\"radius\":%d,\"bytes_per_hash\":32,"
           "\"queries\":%zu,\"queries_per_second\":%.2f,\"ns_per_hash\":%.3f,\"recall\":1}\n",
           bench.count, bench.radius, bench.truth.size(), 1 / native,
           native * 1e9 / (double)bench.count);
    fflush(stdout);
    {
        faiss::IndexBinaryFlat flat(BYTES * 8);
        measure("faiss-flat-debian", flat, bench, native);
    }
    faiss::IndexBinaryMultiHash hash(BYTES * 8, 16, 16);
    hash.nflip = 1;
    measure("faiss-multihash-16x16-nflip1-debian", hash, bench, native);
    return 0;
}
