// Photographs pages in a Chromium, in light and in dark, and tells what went
// wrong in them:
//   node --experimental-websocket pictures.mjs CHROMIUM FOLDER NAME=URL ...
// Prints a line of JSON per page: name, requests for data by status, faults.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [chromium, folder, ...pages] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'saaskpi-pictures.'));
const browser = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-port=0', `--user-data-dir=${home}`, 'about:blank'], { stdio: 'ignore' });
process.on('exit', () => browser.kill());
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function debuggerUrl() {
    for (let n = 0; n < 600; n++) {
        if (existsSync(`${home}/DevToolsActivePort`)) {
            const [port] = readFileSync(`${home}/DevToolsActivePort`, 'utf8').split('\n');
            const tabs = await (await fetch(`http://127.0.0.1:${port}/json`)).json().catch(() => []);
            const tab = tabs.find((t) => t.type === 'page');
            if (tab) {
                return tab.webSocketDebuggerUrl;
            }
        }
        await sleep(100);
    }
    throw new Error('the browser did not start');
}

const socket = new WebSocket(await debuggerUrl());
await new Promise((resolve) => { socket.onopen = resolve; });
let number = 0;
const waiting = new Map();
let seen;
socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id) {
        waiting.get(message.id)(message.result ?? {});
        waiting.delete(message.id);
    } else if (message.method === 'Network.requestWillBeSent' && message.params.request.url.includes('/api/v1/chart/data')) {
        seen.open.add(message.params.requestId);
        seen.last = Date.now();
    } else if (message.method === 'Network.responseReceived' && seen.open.has(message.params.requestId)) {
        seen.open.delete(message.params.requestId);
        const status = message.params.response.status;
        seen.data[status] = (seen.data[status] ?? 0) + 1;
        seen.last = Date.now();
    } else if (message.method === 'Runtime.exceptionThrown') {
        seen.faults.push(message.params.exceptionDetails.exception?.description?.split('\n')[0] ?? message.params.exceptionDetails.text);
    }
};
const call = (method, params = {}) => new Promise((resolve) => {
    waiting.set(++number, resolve);
    socket.send(JSON.stringify({ id: number, method, params }));
});
await call('Page.enable');
await call('Network.enable');
await call('Runtime.enable');
// charts that are out of sight are not drawn: as high as the highest page
const width = 1600, height = 6400;
const evaluate = async (expression) => (await call('Runtime.evaluate', { returnByValue: true, expression })).result?.value;
for (const page of pages.flatMap((page) => [page, page.replace('=', '-dark=')])) {
    const [name, url] = page.split(/=(.*)/s);
    seen = { open: new Set(), data: {}, faults: [], last: Date.now() };
    await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: name.endsWith('-dark') ? 'dark' : 'light' }] });
    await call('Page.navigate', { url });
    const begun = Date.now();
    // until something was asked for, and nothing has been for a while; a file
    // asks for nothing
    do {
        await sleep(500);
    } while (!url.startsWith('file:') && Date.now() - begun < 600000 && (seen.open.size || !Object.keys(seen.data).length || Date.now() - seen.last < 9000));
    const told = await evaluate('[...document.querySelectorAll(".ant-alert-error, .alert-danger, [data-test=error-container]")].map((e) => e.innerText.slice(0, 200))');
    const bottom = await evaluate('(() => { const all = [...document.querySelectorAll(".dashboard-component-chart-holder, .dashboard-component-header, .dashboard-markdown")]; return Math.max(...(all.length ? all : [document.body]).map((e) => e.getBoundingClientRect().bottom)); })()');
    const clip = { x: 0, y: 0, width, height: Math.min(height, Math.ceil(bottom > 0 ? bottom : height) + 24), scale: 1 };
    const { data } = await call('Page.captureScreenshot', { format: 'png', clip });
    writeFileSync(`${folder}/${name}.png`, Buffer.from(data, 'base64'));
    console.log(JSON.stringify({ name, data: seen.data, faults: [...seen.faults, ...(told ?? [])] }));
}
socket.close();
browser.kill();
await new Promise((resolve) => { browser.on('exit', resolve); });
rmSync(home, { recursive: true, force: true });
