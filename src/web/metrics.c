// Atomic counters, one row a route, one histogram of durations.
#include "web/metrics.h"

#include <pthread.h>
#include <stdatomic.h>

enum { STATUS_CLASSES = 4, REASONS_MAX = 64, STEPS = 12 };

typedef struct RouteCounters {
    _Atomic uint64_t by_class[STATUS_CLASSES]; // 2xx … 5xx
} RouteCounters;

struct Metrics {
    const RouteTable *routes;
    RouteCounters *rows; // the last one: no route
    _Atomic uint64_t bytes, nanoseconds, steps[STEPS + 1];
    pthread_mutex_t lock; // of reasons
    const char *reasons[REASONS_MAX];
    uint64_t reason_counts[REASONS_MAX];
};

// Upper bounds in milliseconds.
static const int STEP_MS[STEPS] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000, 30000};

Err metrics_new(const RouteTable *routes, Metrics **ret) {
    _cleanup_(metrics_freep) Metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics == NULL)
        return ERR_NOMEM;
    pthread_mutex_init(&metrics->lock, NULL);
    metrics->routes = routes;
    metrics->rows = calloc(route_table_count(routes) + 1, sizeof *metrics->rows);
    if (metrics->rows == NULL)
        return ERR_NOMEM;
    *ret = TAKE(metrics);
    return ERR_OK;
}

void metrics_free(Metrics *metrics) {
    if (metrics == NULL)
        return;
    pthread_mutex_destroy(&metrics->lock);
    free(metrics->rows);
    free(metrics);
}

static void add(_Atomic uint64_t *counter, uint64_t n) {
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t get(_Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_request(Metrics *metrics, long route, int status, uint64_t bytes,
                     int64_t nanoseconds) {
    size_t row = route < 0 ? route_table_count(metrics->routes) : (size_t)route;
    int class = status / 100 - 2;
    class = class < 0 ? 0 : class >= STATUS_CLASSES ? STATUS_CLASSES - 1 : class;
    add(&metrics->rows[row].by_class[class], 1);
    add(&metrics->bytes, bytes);
    add(&metrics->nanoseconds, nanoseconds < 0 ? 0 : (uint64_t)nanoseconds);
    int step = 0;
    while (step < STEPS && nanoseconds > STEP_MS[step] * INT64_C(1000000))
        step++;
    add(&metrics->steps[step], 1);
}

void metrics_refusal(Metrics *metrics, const char *reason) {
    pthread_mutex_lock(&metrics->lock);
    for (size_t i = 0; i < REASONS_MAX; i++) {
        if (metrics->reasons[i] == NULL)
            metrics->reasons[i] = reason;
        if (strcmp(metrics->reasons[i], reason) == 0) {
            metrics->reason_counts[i]++;
            break;
        }
    }
    pthread_mutex_unlock(&metrics->lock);
}

static void put_routes(Metrics *metrics, StrBuf *out) {
    size_t count = route_table_count(metrics->routes);
    strbuf_put_text(out, "# HELP seventh_http_requests_total Answered requests.\n"
                         "# TYPE seventh_http_requests_total counter\n");
    for (size_t i = 0; i <= count; i++)
        for (int class = 0; class < STATUS_CLASSES; class ++) {
            uint64_t n = get(&metrics->rows[i].by_class[class]);
            if (n == 0)
                continue;
            const WebRoute *route = i < count ? route_table_at(metrics->routes, i) : NULL;
            strbuf_printf(out,
                          "seventh_http_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} "
                          "%llu\n",
                          route == NULL ? "" : web_method_name(route->method),
                          route == NULL ? "" : route->path, class + 2, (unsigned long long)n);
        }
}

static void put_durations(Metrics *metrics, StrBuf *out) {
    uint64_t sum = 0;
    strbuf_put_text(out,
                    "# HELP seventh_http_request_seconds From the request line to the last byte.\n"
                    "# TYPE seventh_http_request_seconds histogram\n");
    for (int i = 0; i < STEPS; i++) {
        sum += get(&metrics->steps[i]);
        strbuf_printf(out, "seventh_http_request_seconds_bucket{le=\"%d.%03d\"} %llu\n",
                      STEP_MS[i] / 1000, STEP_MS[i] % 1000, (unsigned long long)sum);
    }
    sum += get(&metrics->steps[STEPS]);
    uint64_t nanoseconds = get(&metrics->nanoseconds);
    strbuf_printf(out,
                  "seventh_http_request_seconds_bucket{le=\"+Inf\"} %llu\n"
                  "seventh_http_request_seconds_sum %llu.%09llu\n"
                  "seventh_http_request_seconds_count %llu\n",
                  (unsigned long long)sum, (unsigned long long)(nanoseconds / 1000000000),
                  (unsigned long long)(nanoseconds % 1000000000), (unsigned long long)sum);
}

void metrics_put(Metrics *metrics, StrBuf *out, size_t connections, int streams, int slow) {
    put_routes(metrics, out);
    put_durations(metrics, out);
    strbuf_printf(
        out,
        "# TYPE seventh_http_sent_bytes_total counter\nseventh_http_sent_bytes_total %llu\n"
        "# TYPE seventh_http_connections gauge\nseventh_http_connections %zu\n"
        "# TYPE seventh_http_streams gauge\nseventh_http_streams %d\n"
        "# TYPE seventh_http_slow_requests gauge\nseventh_http_slow_requests %d\n"
        "# HELP seventh_http_refusals_total Requests refused, by reason.\n"
        "# TYPE seventh_http_refusals_total counter\n",
        (unsigned long long)get(&metrics->bytes), connections, streams, slow);
    pthread_mutex_lock(&metrics->lock);
    for (size_t i = 0; i < REASONS_MAX && metrics->reasons[i] != NULL; i++)
        strbuf_printf(out, "seventh_http_refusals_total{reason=\"%s\"} %llu\n", metrics->reasons[i],
                      (unsigned long long)metrics->reason_counts[i]);
    pthread_mutex_unlock(&metrics->lock);
}
