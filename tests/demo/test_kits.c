// The country kits: complete, consistent, and drawable with the fonts of this machine where it has
// them.
#include "../../demo/almanac.h"
#include "../../demo/country.h"
#include "../../demo/pen.h"
#include "../../demo/plan.h"
#include "t.h"

TEST(every_kit_names_a_language_with_all_words)
{
    for (int i = 0; i < COUNTRY_COUNT; i++) {
        const Language *language = language_find(COUNTRIES[i].language);
        REQUIRE(language != NULL);
        for (int word = 0; word < WORDS; word++)
            CHECK(language->words[word] != NULL && language->words[word][0] != '\0');
    }
}

TEST(kits_hold_what_painters_expect)
{
    for (int i = 0; i < COUNTRY_COUNT; i++) {
        const Country *country = &COUNTRIES[i];
        CHECK_INT(strlen(country->code), 2);
        CHECK(strspn(country->plugs, "ABCDEFGHIJKLMNO") == strlen(country->plugs) &&
              country->plugs[0] != '\0');
        CHECK(strstr(country->money, "{n}") != NULL);
        CHECK(country->windows != 0 && country->plants != 0 && country->terrains != 0 &&
              country->switches != 0);
        CHECK(strchr(country->plate, 'L') == NULL || country->plate_letters != NULL);
        CHECK(country->gtin_low <= country->gtin_high && country->gtin_high <= 999);
        CHECK(country->domain[0] == '.');
    }
}

TEST(all_plug_types_are_in_use_somewhere)
{
    for (char type = 'A'; type <= 'O'; type++) {
        bool is_used = false;
        for (int i = 0; i < COUNTRY_COUNT; i++)
            is_used |= strchr(COUNTRIES[i].plugs, type) != NULL;
        if (!is_used)
            t_fail(__FILE__, __LINE__, "no kit uses plug type %c", type);
    }
}

TEST(no_two_countries_share_a_gtin_range)
{
    for (int i = 0; i < COUNTRY_COUNT; i++)
        for (int j = 0; j < i; j++) {
            const Country *a = &COUNTRIES[i], *b = &COUNTRIES[j];
            if (strcmp(a->code, b->code) == 0 || a->gtin_low == 0 || b->gtin_low == 0)
                continue;
            CHECK(a->gtin_high < b->gtin_low || b->gtin_high < a->gtin_low);
        }
}

TEST(month_pages_are_whole)
{
    for (int i = 0; i < COUNTRY_COUNT; i++)
        for (int month = 1; month <= 12; month++) {
            MonthPage page;
            REQUIRE(month_page(&COUNTRIES[i], 2024, month, &page));
            CHECK(page.days >= 28 && page.days <= 31);
            CHECK(page.first_column >= 0 && page.first_column < WEEK);
            for (int day = 0; day < WEEK; day++)
                CHECK(page.weekdays[day][0] != '\0');
        }
}

TEST(a_month_begins_on_its_weekday)
{
    MonthPage page; // 1 March 2024 was a Friday; weeks begin on Monday in Germany and on Sunday in
                    // the United States
    REQUIRE(month_page(country_find("DE"), 2024, 3, &page));
    CHECK_INT(page.first_column, 4);
    CHECK_INT(page.days, 31);
    CHECK(page.is_weekend[5] && page.is_weekend[6] && !page.is_weekend[0]);
    REQUIRE(month_page(country_find("US"), 2024, 3, &page));
    CHECK_INT(page.first_column, 5);
    CHECK(page.is_weekend[0] && page.is_weekend[6]);
}

TEST(prices_carry_the_money)
{
    char text[96];
    REQUIRE(price_text(country_find("PL"), 3.99, text, sizeof text));
    CHECK(strstr(text, "zł") != NULL && strchr(text, ',') != NULL);
    REQUIRE(price_text(country_find("JP"), 238, text, sizeof text));
    CHECK(strchr(text, '.') == NULL);
    CHECK(!price_text(country_find("PL"), 3.99, text, 4)); // too small a buffer
}

TEST(missing_letters_are_noticed)
{
    CHECK(
        !text_is_drawable("\xF4\x8F\xBF\xBD", NULL)); // a private-use character that no font draws
}

TEST(clues_that_are_hidden_or_outside_are_dropped)
{
    ClueList list = {0};
    clue_put(&list, "text", "kept", 10, 10, 40, 40);
    clue_put(&list, "text", "outside", 190, 10, 100, 40);
    clue_put(&list, "text", "small", 10, 10, 40, 4);
    clue_put(&list, "text", "hidden", 60, 60, 40, 40);
    list.items[3].covered = ~(uint64_t)0 >> 16;
    clue_put(&list, "text", "cut", 170, 10, 40, 40);
    clues_settle(&list, 200, 200, 10);
    REQUIRE(list.count == 2);
    CHECK_STR(str_from(list.items[0].value), "kept");
    CHECK_STR(str_from(list.items[1].value), "cut");
    CHECK_INT(list.items[1].w, 30);
}

TEST(edits_do_what_they_say)
{
    Picture picture _cleanup_picture_ = {0};
    CHECK_OK(picture_new(3, 2, &picture));
    for (int i = 0; i < 18; i++)
        picture.rgb[i] = (uint8_t)(i * 10);
    Picture mirrored _cleanup_picture_ = {0}, turned _cleanup_picture_ = {0},
                     back _cleanup_picture_ = {0};
    CHECK_OK(picture_mirror(&picture, &mirrored));
    CHECK_INT(mirrored.rgb[0], picture.rgb[6]);
    CHECK_OK(picture_turn(&picture, 1, &turned));
    CHECK_INT(turned.width, 2);
    CHECK_INT(turned.rgb[0], picture.rgb[9]); // the lower left corner comes to the upper left
    CHECK_OK(picture_turn(&turned, 3, &back));
    CHECK(memcmp(back.rgb, picture.rgb, 18) == 0);
}
