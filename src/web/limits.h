// The named limits of the web room. A request past one of them is refused with the status that says
// so; none of them can be raised by a request.
#pragma once

enum {
    // Before a request is looked at.
    WEB_CONNECTIONS_MAX = 4096,        // at once, in all
    WEB_ADDRESS_CONNECTIONS_MAX = 128, // at once from one address that is no trusted proxy
    WEB_CONNECTION_MEMORY = 64 << 10,  // of one connection: request line, headers and reply head
    WEB_HEADER_SECONDS = 20, // from the connection, or the last answer, to the last header
    WEB_BODY_SECONDS = 30,   // for a body, and more by its length:
    WEB_BODY_BYTES_PER_SECOND = 16 << 10, // the slowest line that is waited for
    WEB_IDLE_SECONDS = 30,                // without any byte either way
    WEB_STOP_SECONDS = 20,                // that running requests get when the server stops
    WEB_BACKLOG = 1024,

    // The head of a request.
    WEB_TARGET_MAX = 4096, // bytes of path and query as sent
    WEB_HEADERS_MAX = 64,
    WEB_HEADER_NAME_MAX = 64,
    WEB_HEADER_VALUE_MAX = 8192,
    WEB_HEADER_BYTES_MAX = 24 << 10, // all names and values
    WEB_COOKIES_MAX = 32,
    WEB_LANGUAGES_MAX = 32, // ranges of Accept-Language; the rest is not read
    WEB_SEGMENTS_MAX = 12,  // of a path
    WEB_PARAMS_MAX = 6,     // of a route's path
    WEB_FORWARDED_MAX = 16, // addresses of X-Forwarded-For, from the right

    // The body.
    WEB_FIELDS_MAX = 1024,       // of query and form together
    WEB_FIELD_NAME_MAX = 128,    // bytes
    WEB_FIELD_MAX = 256 << 10,   // bytes of one value
    WEB_FORM_MAX = 1 << 20,      // bytes of all that is not a file, in a form with files
    WEB_UPLOADS_MAX = 16,        // files of one form
    WEB_FILE_NAME_MAX = 512,     // bytes of the name that the browser gives a file
    WEB_PART_HEADER_MAX = 4096,  // bytes of one part's headers
    WEB_BOUNDARY_MAX = 70,       // RFC 2046
    WEB_OVERRUN_BYTES = 1 << 20, // read and dropped past a limit, so that the answer is seen

    // Answering.
    WEB_ARENA_MAX = 32 << 20,   // of one request
    WEB_REPLY_MAX = 64 << 20,   // bytes of one answer that is made in memory
    WEB_GZIP_MIN = 512,         // a smaller answer is not compressed
    WEB_REPLY_HEADERS_MAX = 24, // that handlers add
    WEB_FLASH_MAX = 300,        // bytes of a flash message
    WEB_WORKERS_MAX = 64,       // threads for slow routes
    WEB_THREADS_MAX = 64,       // threads that read and write
    WEB_SLOW_WAITING_MAX = 256, // slow requests that wait for a thread; more are told to come back
    WEB_STREAMS_MAX = 256,      // event streams at once
    WEB_STREAM_TICK_MS = 250,   // how often a stream is asked for news
    WEB_STREAM_BEAT_SECONDS = 15, // without news a comment keeps the line open
    WEB_STREAM_SECONDS = 3600,    // then the browser connects again
    WEB_ROUTES_MAX = 2048,
    WEB_HOSTS_MAX = 16,
    WEB_PROXIES_MAX = 32,

    // Rates.
    WEB_BUCKETS = 1 << 14, // addresses or people remembered; the one seen longest ago goes
    WEB_ADDRESS_RATE = 50, // requests a second, and at once
    WEB_ADDRESS_BURST = 400,
    WEB_PERSON_RATE = 30,
    WEB_PERSON_BURST = 300,
    WEB_STRICT_RATE_PER_MINUTE = 12, // sign-in and codes, by address
    WEB_STRICT_BURST = 12,
};
