# `seventh bench`: each measures something real, answers as JSON, and refuses nonsense.
seventh=$1/seventh
number=0
failed=0
check() { # NAME CONDITION…
    name=$1
    shift
    number=$((number + 1))
    if "$@" >/dev/null 2>&1; then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
    fi
}
holds() { # COMMAND JQ-CONDITION
    $1 | jq -e "$2"
}
for shape in uniform pdq clustered prefix copies flooded bucket crowded equal; do
    check "near search over $shape hashes finds what brute force finds" holds \
        "$seventh bench near --size 3000 --queries 200 --shape $shape --json" \
        '.recall == 1 and .found > 0 and .queries_per_second > 0 and .bytes_per_hash > 32'
done
check "in batches and threads too" holds \
    "$seventh bench near --size 3000 --queries 300 --batch 64 --threads 2 --radius 48 --compact --json" \
    '.recall == 1 and .layout == "compact" and .threads == 2'
check "what is dense is compared with what is ordinary" holds \
    "$seventh bench near --size 3000 --queries 200 --shape clustered --json" \
    '.dense_us > 0 and .ordinary_us > 0 and .dense_found > 10 and .slowest_least_ms <= .slowest_ms'
check "a file is opened, and a set changed by one hash" holds \
    "$seventh bench near --size 3000 --queries 200 --cold --changing --folder . --json" \
    '.cold_first_answer_ms > 0 and .add_worst_ms >= .add_median_ms and .miss_worst_ms > 0 and .beside_rounds >= 0'
check "nothing is left of it" sh -c '! ls -d ./seventh-bench-*'
check "kernels are chosen by name" holds \
    "$seventh bench near --size 3000 --queries 200 --kernels scalar --json" '.kernels == "scalar" and .recall == 1'
check "and refused when they are unknown" sh -c "! $seventh bench near --kernels steam"
check "digest look-ups find the half that is there" holds \
    "$seventh bench exact --size 5000 --queries 2000 --batch 100 --json" '.found == 1000 and .bytes_per_key < 24'
check "a list is made, verified and looked up in" holds "$seventh bench list --size 2000 --queries 1000 --json" \
    '.found == 500 and .bytes_per_entry > 36 and .open_ms > 0 and .ratio_to_bsearch > 0'
for form in "" --pretty --damaged; do
    check "a VICS document is read as it was composed $form" holds \
        "$seventh bench vics --bytes 300000 $form --json" '.records > 20 and .mb_per_second > 0 and .bytes >= 300000'
done
check "planted stacks are found as they are, and brute force over a sample agrees" holds \
    "$seventh bench stacks --size 20000 --threads 2 --json" \
    '.planted_groups > 400 and .planted_recall == 1 and .out_of_reach == 0 and .sample_near_pairs > 256 and
     .sample_wrong_pairs == 0 and .largest_stack == 400 and .peak_mib > 1'
check "the table for people is not empty" sh -c "$seventh bench exact --size 100 --queries 100 | grep -q '[0-9]'"
check "an unknown shape is refused" sh -c "$seventh bench near --shape round 2>&1 | grep -q round && ! $seventh bench near --shape round"
check "hashing goes through the confined worker" holds \
    "$seventh bench hash --megapixels 1 --pictures 1 --jobs 2 --json" \
    '.photos_per_second > 0 and .decoder_per_second > 0 and .fast_per_second_all > 0 and .jobs == 2 and .width * .height >= 1000000'
check "the same seed composes the same picture" sh -c \
    "[ \$($seventh bench hash --megapixels 1 --pictures 1 --jobs 1 --json | jq .file_bytes) = \$($seventh bench hash --megapixels 1 --pictures 1 --jobs 1 --json | jq .file_bytes) ]"
echo "1..$number"
[ "$failed" = 0 ]
