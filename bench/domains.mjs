// Runs a SQL script of named parts in DuckDB and prints, per part but those
// named load, its name and the median of its milliseconds over rounds.
//
//   node domains.mjs MODULES CSVDIR AS_OF DB SCRIPT ROUNDS OUTDIR
//
// MODULES holds @duckdb/node-api. Every round begins with a new file DB; {csv}
// and {as_of} in the script stand for CSVDIR and AS_OF. The relations of the
// last round are written to OUTDIR as CSV, NULL as \N.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [modules, csv, asOf, db, script, rounds, out] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'x.js'));
const duckdb = require('@duckdb/node-api');

const parts = fs.readFileSync(script, 'utf8')
    .replaceAll('{csv}', csv).replaceAll('{as_of}', asOf)
    .split(/^-- name: /m).slice(1)
    .map((p) => [p.slice(0, p.indexOf('\n')), p.slice(p.indexOf('\n'))]);
const times = new Map();

for (let round = 1; round <= Number(rounds); round++) {
    fs.rmSync(db, { force: true });
    const instance = await duckdb.DuckDBInstance.create(db);
    const con = await instance.connect();
    await con.run('SET threads = 2');
    for (const [name, sql] of parts) {
        const start = performance.now();
        await con.run(sql);
        if (name === 'load') continue;
        times.set(name, [...(times.get(name) ?? []),
            performance.now() - start]);
    }
    if (round === Number(rounds)) {
        fs.mkdirSync(out, { recursive: true });
        for (const [name] of parts.filter(([n]) => n.startsWith('kpi_'))) {
            await con.run(`COPY ${name} TO '${path.join(out, name + '.csv')}'
                (HEADER false, NULLSTR '\\N')`);
        }
    }
    con.closeSync();
    instance.closeSync();
}
for (const [name, list] of times) {
    list.sort((a, b) => a - b);
    const middle = (list[Math.floor((list.length - 1) / 2)] +
        list[Math.floor(list.length / 2)]) / 2;
    console.log(`${name}\t${middle.toFixed(1)}`);
}
