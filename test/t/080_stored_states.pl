# States of version 1, as the release that brought the type wrote them: each is
# read, by text and by binary, and is written and answers as it did then.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('stored');
my $file = repo_root() . '/test/reference/states-1.csv';
my $dir = work_dir();

# What each kind is asked, of a value v.
my %ask = (
    mrr_history => q{concat_ws(' | ',
        (SELECT string_agg(ROW(d, saaskpi.mrr_at(v, d), saaskpi.first_mrr_on(v, d), saaskpi.churned_on(v, d))::text, ' ' ORDER BY d)
           FROM unnest(ARRAY['2000-01-01', '2024-05-01', '2024-09-30']::date[]) AS d), saaskpi.skipped(v),
        (SELECT string_agg(ROW(n, m.period, m.happened_on, m.movement, m.amount, m.mrr_before, m.mrr_after)::text, ' ' ORDER BY n, happened_on)
           FROM unnest(ARRAY['day', 'period']) AS n, saaskpi.mrr_movements(v, '2024-09-30', 'quarter', n) AS m))},
    activity => q{ROW(saaskpi.first_on(v), saaskpi.last_on(v), saaskpi.done_count(v), saaskpi.failed_count(v), saaskpi.net_amount(v), saaskpi.skipped(v))::text},
    mrr_flow => q{(SELECT string_agg(ROW(label, period, opening, new, expansion, contraction, churn, reactivation, transfer_in,
        transfer_out, closing, round_trip, customers_opening, customers_new, customers_expanded, customers_contracted, customers_churned,
        customers_reactivated, customers_transfer_in, customers_transfer_out, customers_closing, is_complete)::text, ' ' ORDER BY n)
        FROM saaskpi.mrr_waterfall(v, '2024-09-01') WITH ORDINALITY AS w(label, period, opening, new, expansion, contraction, churn,
        reactivation, transfer_in, transfer_out, closing, round_trip, customers_opening, customers_new, customers_expanded,
        customers_contracted, customers_churned, customers_reactivated, customers_transfer_in, customers_transfer_out,
        customers_closing, is_complete, pause, resume, customers_paused, customers_resumed, n) WHERE period > '2024-09-25' OR closing > 0 AND extract(day FROM period) < 3) || saaskpi.first_period(v)},
    mrr_retention => q{(SELECT string_agg(ROW(label, period, base, retained, kept, customers_base, customers_kept, is_complete)::text, ' ' ORDER BY label NULLS FIRST, period)
        FROM saaskpi.mrr_retained(v, '2024-09-01') AS r WHERE extract(day FROM period) < 8)},
    cohort_matrix => q{(SELECT string_agg(ROW(cohort, age, customers, active, active_or_later, active_throughout, amount, is_mature)::text, ' ' ORDER BY cohort, age)
        FROM saaskpi.cohort_cells(v) AS c WHERE age < 3)},
    revenue_flow => q{(SELECT string_agg(ROW(period, paying_customers, payments, amount, failing_customers, failed_payments, failed_amount, refunds, refunded_amount, is_complete)::text, ' ' ORDER BY period)
        FROM saaskpi.revenue_periods(v, '2023-12-31') AS r WHERE payments > 0 AND period < '2025-01-01') || saaskpi.first_period(v)},
    cash_bridge => q{(SELECT string_agg(ROW(period, mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid, paid_below_mrr, not_paid, refunded, collected, is_complete)::text, ' ' ORDER BY period)
        FROM saaskpi.cash_bridge_lines(v) AS l WHERE mrr_closing <> 0)},
    conversion_curve => q{(SELECT string_agg(ROW(cohort, signups, matured, converted, expired, pending, median_days)::text, ' ' ORDER BY cohort) FROM saaskpi.conversion_cohorts(v) AS c)},
    series => q{(SELECT string_agg(ROW(period, value, rows)::text, ' ' ORDER BY period) FROM saaskpi.series_periods(v) AS s WHERE rows > 0) || ROW(saaskpi.season_length(v), saaskpi.skipped(v))::text},
    event_history => q{ROW(saaskpi.event_count(v), saaskpi.active_days(v), saaskpi.first_on(v, '{login,buy}'), saaskpi.last_on(v, '{login,buy}'), saaskpi.skipped(v),
        (SELECT string_agg(d::text, ' ') FROM saaskpi.event_days(v) AS d), (SELECT string_agg(t::text, ' ') FROM saaskpi.event_types(v) AS t))::text},
    ledger => q{concat_ws(' | ', saaskpi.skipped(v), (SELECT string_agg(s::text, ' ' ORDER BY s::text COLLATE "C") FROM saaskpi.ledger_segments(v) AS s), saaskpi.mrr_history(v, saaskpi.mrr_policy()),
        (SELECT string_agg(m::text, ' ' ORDER BY m.happened_on) FROM saaskpi.ledger_movements(v, saaskpi.mrr_policy(), '2024-12-31') AS m))},
    ledger_flow => q{(SELECT string_agg(ROW(w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.pause, w.resume, w.closing,
        w.pause_to_zero, w.resume_from_zero, w.voluntary_churn, w.involuntary_churn, w.list_mrr, w.committed_mrr,
        w.past_due_mrr, w.trial_mrr, w.paused_mrr, w.customers_opening, w.customers_new, w.customers_churned,
        w.customers_reactivated, w.customers_paused, w.customers_resumed, w.customers_closing, w.customers_on_trial,
        w.customers_resting, w.customers_past_due, w.is_complete)::text, ' ' ORDER BY w.period)
        FROM saaskpi.policy_waterfall(v, '2024-01-01') AS w)},
    order_history => q{ROW(saaskpi.skipped(v), (SELECT string_agg(o::text, ' ') FROM saaskpi.order_rows(v) AS o))::text},
    event_flow => q{(SELECT string_agg(p::text, ' ' ORDER BY p.event_type NULLS FIRST, p.period) FROM saaskpi.event_periods(v) AS p)},
    scores => q{ROW(saaskpi.positives(v), saaskpi.negatives(v), saaskpi.skipped(v), round(saaskpi.roc_auc(v)::numeric, 10), round(saaskpi.roc_auc_error(v)::numeric, 10), round(saaskpi.average_precision(v)::numeric, 10),
        round(saaskpi.ks_statistic(v)::numeric, 10), (SELECT string_agg(concat_ws(' ', g.group, g.rows, round(g.positives::numeric, 8), g.score_from, g.score_to), ', ' ORDER BY g.group) FROM saaskpi.lift_groups(v, 3) AS g))::text},
    session_set => q{ROW(saaskpi.session_count(v), saaskpi.session_seconds(v), saaskpi.skipped(v), (SELECT string_agg(concat_ws(' ', s.session, extract(epoch FROM s.started_at), extract(epoch FROM s.ended_at), s.events), ', ' ORDER BY s.session) FROM saaskpi.sessions(v) AS s))::text},
    funnel_path => q{ROW(saaskpi.funnel_times(v), saaskpi.last_entry(v), saaskpi.skipped(v))::text},
);

sql($node, <<"END");
CREATE TABLE stored (id int GENERATED ALWAYS AS IDENTITY, kind text, name text, text text, "binary" text, image text, answers text);
\\copy stored (kind, name, text, "binary", image, answers) from '$file' csv header
END
is(sql($node, 'SELECT count(DISTINCT kind) FROM stored'),
    sql($node, q{SELECT count(*) FROM pg_type WHERE typnamespace = 'saaskpi'::regnamespace AND typtype = 'b' AND typcategory <> 'A'}),
    'there are states of every type');

# A file of COPY BINARY: id and state of every row of a kind; the version is
# the first byte.
sub write_binary
{
    my ($kind, $version) = @_;
    my $name = "$dir/$kind.$version.bin";
    open(my $out, '>:raw', $name) or die "$name: $!\n";
    print $out "PGCOPY\n\xff\r\n\0", pack('N2', 0, 0);
    for (split /\n/, sql($node, qq{SELECT id || ' ' || "binary" FROM stored WHERE kind = '$kind' ORDER BY id}))
    {
        my ($id, $hex) = split / /;
        my $bytes = pack('H*', $hex);
        substr($bytes, 0, 1) = chr($version);
        print $out pack('n N N', 2, 4, $id), pack('N/a*', $bytes);
    }
    print $out pack('n', 65535);
    close($out) or die "$name: $!\n";
    return $name;
}

for my $kind (sort keys %ask)
{
    my $bytes = write_binary($kind, 1);
    my $later = write_binary($kind, 3);
    my $zero = write_binary($kind, 0);
    my $send = sql($node, "SELECT typsend FROM pg_type WHERE oid = 'saaskpi.$kind'::regtype");
    sql($node, <<"END");
CREATE TABLE by_text_$kind AS SELECT id, text::saaskpi.$kind AS v FROM stored WHERE kind = '$kind';
CREATE TABLE by_binary_$kind (id int, v saaskpi.$kind);
\\copy by_binary_$kind from '$bytes' (format binary)
END
    for my $way ('text', 'binary')
    {
        my $from = "stored AS s LEFT JOIN by_${way}_$kind AS b USING (id) WHERE s.kind = '$kind'";
        cmp_ok(sql($node, "SELECT count(v) FROM $from"), '>=', 7, "$kind by $way: read");
        is(sql($node, "SELECT string_agg(name, ', ') FROM $from AND text IS DISTINCT FROM v::text"),
            '', "$kind by $way: the same text");
        is(sql($node, qq{SELECT string_agg(name, ', ') FROM $from AND "binary" IS DISTINCT FROM encode($send(v), 'hex')}),
            '', "$kind by $way: the same bytes");
        is(sql($node, "SELECT string_agg(name, ', ') FROM $from AND answers IS DISTINCT FROM coalesce($ask{$kind}, '')"),
            '', "$kind by $way: the same answers");
    }
    my ($error, $hint) = sql_error($node, "\\copy by_binary_$kind from '$later' (format binary)");
    my $newest = $kind =~ /^mrr_(?:history|flow|retention)$|^ledger/ ? 2 : 1;
    is($error, "0A000: state $kind has version 3, this library reads versions up to $newest", "$kind of a later version: binary");
    like($hint, qr/ALTER EXTENSION saaskpi UPDATE;/, "$kind of a later version: the hint");
    is(sql_error($node, "SELECT '$kind 3 and more'::saaskpi.$kind"), $error, "$kind of a later version: text");
    is(sql_error($node, "\\copy by_binary_$kind from '$zero' (format binary)"),
        "22P03: invalid binary form of type $kind", "$kind of no version");
}

end_of_test($node);
