// Writes one TypeScript file in which every dashboard, and the options of every
// panel, are constants of the types that Grafana publishes: what it does not
// compile, Grafana would not understand.
//
//   node dashboards/types.mjs FOLDER_OF_JSON FOLDER_WITH_NODE_MODULES
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const types = './node_modules/@grafana/schema/dist/types/raw/composable';
const published = { barchart: 'Options', bargauge: 'Options', piechart: 'Options', stat: 'Options', table: 'Options', text: 'Options', timeseries: 'Options' };
const fields = new Set(['barchart', 'piechart', 'timeseries']);
const lines = [
    "import type { Dashboard } from './node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen';",
    "import type { TableFieldOptions } from '@grafana/schema';",
    // JSON has the values of enums, not their names
    'type Plain<T> = T extends string ? `${T}` : T extends number ? number : T extends boolean ? T :',
    '    T extends Array<infer U> ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;',
    'type Some<T> = Partial<Plain<T>>;',
];
for (const type of Object.keys(published)) {
    lines.push(`import type * as ${type} from '${types}/${type}/panelcfg/x/types.gen';`);
}
let n = 0;
for (const file of readdirSync(from).filter((f) => f.endsWith('.json')).sort()) {
    const dashboard = JSON.parse(readFileSync(`${from}/${file}`, 'utf8'));
    // the published type knows annotations of Grafana itself, not queries
    for (const { target } of dashboard.annotations.list) {
        for (const key of ['datasource', 'editorMode', 'format', 'rawQuery', 'rawSql', 'refId']) {
            delete target[key];
        }
    }
    lines.push(`// ${file}`, `export const d${n++}: Plain<Dashboard> = ${JSON.stringify(dashboard)};`);
    for (const panel of dashboard.panels.filter((p) => p.type !== 'row')) {
        if (!published[panel.type]) {
            throw new Error(`${file}: ${panel.title} is of type ${panel.type}, whose options are not checked`);
        }
        lines.push(`// ${file}: ${panel.title}`, `export const d${n++}: Some<${panel.type}.Options> = ${JSON.stringify(panel.options)};`);
        const custom = panel.fieldConfig.defaults.custom;
        if (custom) {
            const type = fields.has(panel.type) ? `${panel.type}.FieldConfig` : 'TableFieldOptions';
            lines.push(`export const d${n++}: Some<${type}> = ${JSON.stringify(custom)};`);
        }
    }
}
// a misspelt color must not compile, or nothing is checked
lines.push('// @ts-expect-error', "export const wrong: Some<Dashboard> = { panels: [{ type: 'stat', fieldConfig: { defaults: { color: { mode: 'palette-clasic' } }, overrides: [] } }] };");
lines.push('// @ts-expect-error', "export const wronger: Some<stat.Options> = { graphMode: 'nothing' };");
writeFileSync(`${to}/dashboards.ts`, lines.join('\n') + '\n');
