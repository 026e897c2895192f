# Tests of --events; read by test.sh, whose functions it uses.
# shellcheck shell=sh disable=SC2154

events() # events DIR: recount into DIR.events
{
    awk -v first="$(truth "$1" window first_day)" \
        -v last="$(truth "$1" window last_day)" -f test_events.awk \
        "$1/customers.csv" "$1/subscriptions.csv" "$1/events.csv" >"$1.events"
}

run --events --customers 2000 --out "$tmp/ev" &&
    run --events --customers 2000 --out "$tmp/ev2"
check "two runs with events give the same bytes" same_files "$tmp/ev" \
    "$tmp/ev2" events.csv
for level in 0 3; do
    "$tmp/o$level/saaskpi-generate" --quiet --events --customers 2000 \
        --out "$tmp/ev$level"
    check "-O$level gives the same events" same_files "$tmp/ev" \
        "$tmp/ev$level" events.csv
done
rm -r "$tmp/ev2" "$tmp/ev0" "$tmp/ev3"

events "$tmp/ev"
got()
{
    value "$tmp/ev.events" "$1"
}
equal "header of events" "$(head -1 "$tmp/ev/events.csv")" \
    "event_id,customer_id,event_time,event_type"
equal "events are spelled as they should be" "$(malformed "$tmp/ev/events.csv" \
    "^E${seven}[0-9][0-9],C${seven},$date [0-2][0-9]:[0-5][0-9]:[0-5][0-9],[a-zAB_]+\$")" 0
equal "rows of events are as the truth says" "$(rows "$tmp/ev/events.csv")" \
    "$(truth "$tmp/ev" rows events)"
for type in signup login session_end feature_A_used feature_B_used \
    profile_update search_performed help_accessed error_occurred \
    subscription_cancelled plan_upgraded; do
    equal "rows of $type" "$(got "type_$type")" "$(truth "$tmp/ev" events $type)"
done
equal "there are eleven types" "$(grep -c '^type_' "$tmp/ev.events")" 11
equal "every customer has events" "$(got customers)" 2000
equal "sessions are as the truth says" "$(got sessions)" \
    "$(truth "$tmp/ev" activity sessions)"
equal "no gap is the session gap itself" "$(got sessions_at_least)" \
    "$(got sessions)"
for none in misplaced_signups wrong_signups strangers misnumbered \
    outside_window out_of_order upgrades_without_start cancels_without_end \
    ends_without_cancel starts_without_upgrade events_while_away \
    lingering_prospects; do
    equal "events: no $none" "$(got $none)" 0
done
told()
{
    truth "$tmp/ev" customers "$1"
}
equal "cancellations are departures and pauses" \
    "$(got type_subscription_cancelled)" \
    $(($(told churned_voluntary) + $(told churned_involuntary) + $(told pauses)))
equal "upgrades are conversions, returns and upgrades" \
    "$(got type_plan_upgraded)" \
    $(($(told converted) + $(told reactivations) + $(told upgrades)))
check "events happen in the same second" test "$(got same_second)" -gt 20
check "visits go over midnight" test "$(got across_midnight)" -gt 20
check "who leaves goes quiet before" holds "$(got late) < 0.6 * $(got early)"
check "who does not convert fades" holds \
    "$(got second_week) < 0.8 * $(got first_week)"
check "nights are quiet" holds "$(got at_three) < 0.2 * $(got at_ten)"
check "weekends are quiet" holds "$(got weekend) < 0.6 * $(got midweek)"
check "about 15 events a month active" holds "($(truth "$tmp/ev" rows events) / \
    ($(truth "$tmp/ev" activity active_customer_days) / 30.4375) - 15) ^ 2 < 4"

bursts()
{
    awk '/"signup_bursts"/ { on = 1; next } /^  }/ { on = 0 }
        on && $1 ~ /^"[0-9]/ { gsub(/[":,]/, ""); print $1, $2 }' \
        "$tmp/ev/truth.json"
}
bursts >"$tmp/bursts"
equal "three days of many signups" "$(awk 'END { print NR }' "$tmp/bursts")" 3
mean=$(awk '/^signups_/ { n += $2 } END { print n / 1461 }' "$tmp/ev.events")
while read -r day n; do
    equal "signups of $day" "$(got "signups_$day")" "$n"
    check "$day has many signups" holds "$n > 3 * $mean"
done <"$tmp/bursts"
day=$(truth "$tmp/ev" error_burst day)
equal "errors of the day of errors" "$(got "errors_$day")" \
    "$(truth "$tmp/ev" error_burst errors)"
equal "no other day has half as many errors" "$(awk -v day="errors_$day" '
    /^errors_/ { n[$1] = $2 }
    END { for (d in n) if (d != day && n[d] * 2 >= n[day]) print d }' \
    "$tmp/ev.events")" ""
lives ev
equal "with events every due date is charged" \
    "$(value "$tmp/ev.lives" dues_not_charged)" 0
equal "with events nobody else departs" "$(value "$tmp/ev.lives" churns)" \
    "$(got type_subscription_cancelled)"

run --events --customers 300 --months 4 --start 1969-11 --out "$tmp/old"
events "$tmp/old"
equal "before 1970 events are in order and in the window" \
    "$(awk '/^(out_of_order|outside_window|wrong_signups)/ { print $2 }' \
        "$tmp/old.events" | sort -u)" 0
equal "a short window has no day of errors" \
    "$(truth "$tmp/old" error_burst day)" null
run --events --customers 200 --events-per-month 150 --months 12 --out "$tmp/busy"
events "$tmp/busy"
equal "many events stay apart" "$(value "$tmp/busy.events" sessions)" \
    "$(truth "$tmp/busy" activity sessions)"
check "--events-per-month is heeded" holds \
    "$(truth "$tmp/busy" rows events) > 8 * 15 * \
     $(truth "$tmp/busy" activity active_customer_days) / 30.4375"

for bad in 0 201 1.5 x ''; do
    check "--events-per-month '$bad' is refused" refused "\"$bad\"" \
        --events --events-per-month "$bad"
done
check "--events-per-month without --events is refused" refused \
    "--events-per-month 3 needs --events" --events-per-month 3
check "200,000 customers with events fit in 64 MB of address space" sh -c \
    "ulimit -v 65536 && $gen --quiet --events --events-per-month 1 --months 6 \
     --customers 200000 --out $tmp/wide"
rm -r "$tmp/wide"
