// Counters of the server, and their text form for Prometheus. Nothing in them tells of a person or
// a case: labels are patterns of routes, classes of status, reasons of refusals. Any thread.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "web/route.h"

typedef struct Metrics Metrics;
Err metrics_new(const RouteTable *routes, Metrics **ret) MUST_CHECK; // the table is borrowed
void metrics_free(Metrics *metrics);
DEFINE_CLEANUP(Metrics *, metrics_free);

enum { METRICS_NO_ROUTE = -1 };
// An answered request: route's index in the table or METRICS_NO_ROUTE.
void metrics_request(Metrics *metrics, long route, int status, uint64_t bytes, int64_t nanoseconds);
void metrics_refusal(Metrics *metrics, const char *reason); // a static string
// connections, streams, slow: what there is at the moment.
void metrics_put(Metrics *metrics, StrBuf *out, size_t connections, int streams, int slow);
