// Runs a SQL script of named parts in DuckDB and prints, per part and round,
// its name and milliseconds.
//
//   node duckdb.mjs MODULES CSVDIR AS_OF DB SCRIPT ROUNDS [OUTDIR]
//
// MODULES holds @duckdb/node-api. The part load is run once, into native tables
// of the new file DB, and not timed; {csv} and {as_of} stand in the script for
// CSVDIR and AS_OF. With OUTDIR the relations are written there as CSV, NULL as
// \N.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [modules, csv, asOf, db, script, rounds, out] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'x.js'));
const duckdb = require('@duckdb/node-api');

const text = (s) => s.replaceAll("'", "''");
const parts = fs.readFileSync(script, 'utf8')
    .replaceAll('{csv}', text(csv)).replaceAll('{as_of}', asOf)
    .split(/^-- name: /m).slice(1)
    .map((p) => [p.slice(0, p.indexOf('\n')), p.slice(p.indexOf('\n'))]);

fs.rmSync(db, { force: true });
const instance = await duckdb.DuckDBInstance.create(db);
const con = await instance.connect();
await con.run('SET threads = 2; SET preserve_insertion_order = true');
for (let round = 0; round < Number(rounds); round++) {
    for (const [name, sql] of parts) {
        if (name === 'load' && round > 0) continue;
        const start = performance.now();
        await con.run(sql);
        if (name === 'load') continue;
        console.log(`${name}\t${(performance.now() - start).toFixed(1)}`);
    }
}
if (out) {
    fs.mkdirSync(out, { recursive: true });
    for (const [name] of parts.filter(([n]) => n.startsWith('kpi_'))) {
        await con.run(`COPY ${name} TO
            '${text(path.join(out, name + '.csv'))}'
            (HEADER false, NULLSTR '\\N')`);
    }
}
con.closeSync();
