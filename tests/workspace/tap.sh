# TAP for command tests; sourced. check NAME COMMAND…: one line, ok when the command succeeds.
tap_number=0
tap_failed=0
check() {
    tap_number=$((tap_number + 1))
    tap_name=$1
    shift
    if "$@"; then
        echo "ok $tap_number - $tap_name"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_number - $tap_name"
    fi
}
# equal ACTUAL EXPECTED: shows both when they differ.
equal() {
    [ "$1" = "$2" ] && return 0
    printf '# got      %s\n# expected %s\n' "$1" "$2"
    return 1
}
tap_end() {
    echo "1..$tap_number"
    [ "$tap_failed" = 0 ]
}

# A picture of 96×64 pixels with enough detail to match, 1 kB.
small_picture() {
    base64 -d <<'END'
iVBORw0KGgoAAAANSUhEUgAAAGAAAABABAMAAAAXGm89AAAAMFBMVEW/6mTVx4LSpZa2laVo4Swk43pRsTxHj0i0bLWbVqW/JHGIIWw6bz8yTjxYHWwXHiPvC2+mAAADkElEQVR42pWWPW7bQBCFp3HjFDELNekkwL2hRVKnYGfAcRG2cgpHN4h4ADXq3dhHMAFDtczUUaMjiAcIBOsCgcDs/OzMkLKBZEv5fX5vdmdnCa2sQ9Ns4irL2Y+C157WA677RcA1igsS0Cgw9cBvAhZvAuuynE6//y8wdcCKExEw9kAsYdsFJqjf9YFhDygJ+K5A/eAANDgHS7SVmh2wq6WEeQIKON4kyvT1CBiPPXDQmgXICahXPeC8AH9uUU81TPM8L8ggLgKQwJIHDthSyeRwKwDqVwxwCVkhwKFt+sBEDBTARIMENNxJLhECUf1vwC0DOwK0aCyhEOCgp6CJcqrggQzuEOA9EqDpAjkBOwWCS0QAGsixaaKrPRVMiQiQRAQkg41PRAYE3AVXQgQa0XOjsjwC3BS4QYsF9kSWZQMCKE+jebiA/GrXA4YRoK6HRoC1KwANVqmxGci6wFbPgPV57Q0WLtEEnEGpBpcdYO4S7cEZlM7AA8ESTRgQg5kz6ALDlGhPwGsGtdU8D1YyA5vU2M6gdgZhaIn28NLv6zxvW71oqU81UQT4kK3r8i8tO9zL/x/TJqVBAq8Y/GGgY5ClWQjuZjJwSfq6ZzBIow0skNRc80oFmwHpI6Cz5da2KC5nICXvBSi7FYi+XggwSsBEgLWfLWZQS8njUdqjvQClHxWm//mGgQCzWFxs9WuwHlpjyM/Aqyhu2pb0L8CJQvh4Hf/wTvSx4hkWZUBLwEuzBU4UwgXp7Z5RSNGfoEEb5bFPgSsgPYiejgANIBncpOm1QQC3KEA3UAQs0Elh024NpIcj/cICwUlr066E8Gn6jX/vXnwzABeoRED1nYtvBu9tXq8RuFB951qagZvvJQJBCmZA5PwjraXk4YszA6d3t8yAamnjHY8AggZylyZ2tehPKxvvNK7hzPR2aWKTJv1SPxP4EXf/v14tFBiNRF/pZ4I8+l6v1z7gVwvrlwzodM9N/8gnMJdrTAWzQSs7SreGN2hVPz/qJwLesixj/dLpeXKhPoqryj5zSJ+RvuJD868HPLqGo/AZTdKM9Et9L3WsgG+4wC8HrSoBquexAscvjekr/oxab37Z6wdOH/r6J+kIp78ELWAu78CZ6qvUQU5fg9MH0oPqn9z7rU8NSL302Uh6+FCpgT4F9jQBbw/pA+lP39RTQ0BqN+yIDJz+6VX9M1h/Usmqr/rfHzt6aJ7/Arah+nuT9QuLAAAAAElFTkSuQmCC
END
}

# A colour JPEG of the same size.
small_jpeg() {
    base64 -d <<'END'
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABcQERQRDhcUEhQaGBcbIjklIh8fIkYyNSk5UkhXVVFIUE5bZoNvW2F8Yk5QcptzfIeLkpSSWG2grJ+OqoOPko3/2wBDARgaGiIeIkMlJUONXlBejY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY3/wAARCABAAGADASIAAhEBAxEB/8QAGQAAAgMBAAAAAAAAAAAAAAAAAQIAAwQF/8QAJRABAQACAgEDAwUAAAAAAAAAAQACEQMSBCFxchQxkTJRUmHB/8QAGQEAAwEBAQAAAAAAAAAAAAAAAgMEAQAF/8QAHBEAAwEAAwEBAAAAAAAAAAAAAAECEQMSISJC/9oADAMBAAIRAxEAPwDiajqOo6qqo6WXhMEQiFK6OTMwTBEJgj7FaZoCYKBJ5HJlw8ZliC7162TWmdsFCDjp3+9n+p5P44/ij5PIn6cfwzr+pwaueUdIJwsnieRyc3K45mIBv0LcFPLcvGMi1S1HG1HU2o6jpnkSy8IhMEQpWzkzMEwRCYI9K0y8Kry8d8J8rQEnkY74z3sh+g74c7pTpaOlOk/sDgfAx1zvx/0ukFk8PHXK/G3BJqvoq4vJOPqOptR1Mo8mWXBMEwRClZqZlCYJgmCMrTLwl5cd4HvWhFw7GrEZLMnSnSvMdxcNG5mVmjsE8bDXI+1rCXj4uuW91wSk9ehy8Rx+setZ1p1q6R40suMYmM5jExpWjUzKYzGMxjMYx4VKi4xnMYmM5jCkYmZTGj99Tvof3AIuW/yiuWXmNYYxMZtaJU+LWcmf/9k=
END
}
