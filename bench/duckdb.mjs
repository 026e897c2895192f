// Runs a SQL script of named parts in DuckDB and prints, per part and round,
// its name and milliseconds.
//
//   node duckdb.mjs MODULES CSVDIR NULLTEXT DB SCRIPT ROUNDS [OUTDIR]
//
// MODULES holds @duckdb/node-api. The four sources are loaded from CSVDIR, in
// which NULLTEXT stands for NULL, into native tables of the file DB, amounts
// as DECIMAL; the file settings.csv there has the one row of settings. With
// OUTDIR the relations are written there as CSV, NULL as \N.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [modules, csv, nullText, db, script, rounds, out] =
    process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'x.js'));
const duckdb = require('@duckdb/node-api');

const tables = {
    customers: 'customer_id VARCHAR, signup_date DATE, segment VARCHAR, ' +
        'country VARCHAR, acquisition_channel VARCHAR, is_active BOOLEAN',
    subscriptions: 'subscription_id VARCHAR, customer_id VARCHAR, ' +
        'plan_type VARCHAR, start_date DATE, end_date DATE, ' +
        'monthly_price DECIMAL(18, 4)',
    payments: 'payment_id VARCHAR, customer_id VARCHAR, payment_date DATE, ' +
        'amount DECIMAL(18, 4), payment_status VARCHAR',
    costs: 'month VARCHAR, infra_cost DECIMAL(18, 4), ' +
        'marketing_cost DECIMAL(18, 4), support_cost DECIMAL(18, 4)',
    settings: 'as_of DATE, change_warn DECIMAL(9, 6), ' +
        'change_alert DECIMAL(9, 6), conversion_days INT',
};

const quote = (s) => `'${s.replaceAll("'", "''")}'`;

async function load(con) {
    for (const [name, columns] of Object.entries(tables)) {
        const cast = columns.split(/, (?=\w+ [A-Z])/).map((c) => {
            const [, column, type] = c.match(/^(\w+) (.*)$/);
            return `TRY_CAST(${column} AS ${type}) AS ${column}`;
        });
        // Payments arrive in the order of their dates.
        await con.run(`CREATE OR REPLACE TABLE ${name} (${columns});
            INSERT INTO ${name} SELECT ${cast.join(', ')}
            FROM read_csv(${quote(path.join(csv, name + '.csv'))},
                          header = true, all_varchar = true, delim = ',',
                          quote = '"', escape = '"', new_line = '\\n',
                          nullstr = ${quote(nullText)})
            ${name === 'payments' ? 'ORDER BY payment_date' : ''}`);
    }
}

const parts = fs.readFileSync(script, 'utf8')
    .split(/^-- name: /m).slice(1)
    .map((p) => [p.slice(0, p.indexOf('\n')), p.slice(p.indexOf('\n'))]);

fs.rmSync(db, { force: true });
const instance = await duckdb.DuckDBInstance.create(db);
const con = await instance.connect();
await con.run('SET threads = 2; SET preserve_insertion_order = true');
await load(con);
for (let round = 0; round < Number(rounds); round++) {
    for (const [name, sql] of parts) {
        const start = performance.now();
        await con.run(sql);
        console.log(`${name}\t${(performance.now() - start).toFixed(1)}`);
    }
}
if (out) {
    fs.mkdirSync(out, { recursive: true });
    for (const [name] of parts.filter(([n]) => n.startsWith('kpi_'))) {
        await con.run(`COPY ${name} TO
            ${quote(path.join(out, name + '.csv'))}
            (HEADER false, NULLSTR '\\N')`);
    }
}
con.closeSync();
