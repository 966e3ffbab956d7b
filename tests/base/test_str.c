// Views, buffers, numbers.
#include "base/strbuf.h"
#include "t.h"

TEST(numbers_are_decimal_in_range_and_whole)
{
    uint64_t u = 7;
    CHECK(str_to_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
    CHECK(!str_to_u64(STR("18446744073709551616"), &u) && u == UINT64_MAX);
    CHECK(!str_to_u64(STR(""), &u));
    CHECK(!str_to_u64(STR("1 "), &u));
    CHECK(!str_to_u64(STR("-1"), &u));
    int64_t i = 7;
    CHECK(str_to_i64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    CHECK(!str_to_i64(STR("9223372036854775808"), &i) && i == INT64_MIN);
    CHECK(!str_to_i64(STR("-"), &i));
}

TEST(trim_cut_and_find)
{
    CHECK_STR(str_trim(STR(" \t a b\r\n")), "a b");
    CHECK_STR(str_trim(STR("  ")), "");
    Str head = {0}, tail = {0};
    CHECK(str_cut(STR("key=value=x"), '=', &head, &tail));
    CHECK_STR(head, "key");
    CHECK_STR(tail, "value=x");
    CHECK(!str_cut(STR("none"), '=', &head, &tail));
    CHECK_INT(str_find(STR("abcabc"), STR("ca")), 2);
    CHECK_INT(str_find(STR("abc"), STR("abcd")), -1);
    CHECK(str_has_suffix_nocase(STR("A.S7LIST"), STR(".s7list")));
    CHECK_INT(str_compare(STR("a"), STR("ab")) < 0, 1);
}

TEST(a_buffer_fails_once_and_stays_failed)
{
    _cleanup_strbuf_ StrBuf buf = STRBUF(8);
    strbuf_put(&buf, STR("12345678"));
    CHECK_OK(strbuf_err(&buf));
    strbuf_put_byte(&buf, '9');
    CHECK_ERR(strbuf_err(&buf), ERR_LIMIT);
    strbuf_put_byte(&buf, 'x');
    CHECK_STR(strbuf_str(&buf), "12345678");
    strbuf_clear(&buf);
    strbuf_put_i64(&buf, -42);
    CHECK_OK(strbuf_err(&buf));
    CHECK_STR(strbuf_str(&buf), "-42");
}
