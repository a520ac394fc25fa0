/**
 * A person at Element Web, in a headless Chromium: what they type, what they see, pictures of it.
 *
 * One JSON command a line comes in: {id, do, ...}; one JSON answer a line goes out: {id, ok, result} or
 * {id, ok, error}, as with tests/peers/js/peer.mjs. The end of the input is the end of the browser.
 * Arguments: the folder of the site, the browser, and how many seconds a wait may take.
 */
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [SITE, BROWSER, PATIENCE_S] = process.argv.slice(2);
const FLAGS =
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".ts": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

const site = createServer(async ({ url }, answer) => {
    const path = normalize(new URL(url, "http://localhost").pathname);
    try {
        const body = await readFile(join(SITE, path === "/" ? "index.html" : path));
        answer.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? (path === "/" ? "text/html" : "application/octet-stream") }).end(body);
    } catch {
        answer.writeHead(404).end();
    }
});
await new Promise((ready) => site.listen(0, "127.0.0.1", ready));

const folder = await mkdtemp(join(tmpdir(), "cellule-look-"));
let browser = null;
let page = null;

/** What stands in the live timeline of a room, oldest first, edits left out. */
const events = (room) =>
    page.evaluate((id) => {
        const client = window.mxMatrixClientPeg.get();
        const shown = client.getRoom(id)?.getLiveTimeline().getEvents() ?? [];
        return shown
            .filter((event) => !event.isRelation("m.replace") && !event.isState())
            .map((event) => ({
                id: event.getId(),
                sender: event.getSender(),
                type: event.getType(),
                text: event.getContent().body ?? "",
                thread: event.threadRootId ?? null,
            }));
    }, room);

async function until(probe, what) {
    const end = Date.now() + PATIENCE_S * 1000;
    while (Date.now() < end) {
        const found = await probe();
        if (found) return found;
        await new Promise((go) => setTimeout(go, 200));
    }
    throw new Error(`no ${what} within ${PATIENCE_S} s`);
}

const commands = {
    async start({ homeserver, server, language, user, password, width, height }) {
        browser = await chromium.launchPersistentContext(folder, {
            executablePath: BROWSER,
            headless: true,
            args: FLAGS.split(" "),
            viewport: { width, height },
            locale: language === "fr" ? "fr-FR" : "en-GB",
            timezoneId: "Europe/Paris",
            colorScheme: "light",
            reducedMotion: "reduce",
        });
        browser.setDefaultTimeout(PATIENCE_S * 1000);
        page = browser.pages()[0] ?? (await browser.newPage());
        page.on("console", (line) => process.stderr.write(`${line.type()}: ${line.text().slice(0, 300)}\n`));
        page.on("pageerror", (error) => process.stderr.write(`pageerror: ${error.stack}\n`));
        const asked = new URLSearchParams({ homeserver, server, language });
        await page.goto(`http://127.0.0.1:${site.address().port}/?${asked}`);
        await page.fill("#mx_LoginForm_username", user);
        await page.fill("#mx_LoginForm_password", password);
        await page.click(".mx_Login_submit");
        await page.waitForSelector(".mx_MatrixChat");
    },
    shot: ({ path }) => page.screenshot({ path }).then(() => null),
    size: ({ width, height }) => page.setViewportSize({ width, height }),
    eval: ({ code }) => page.evaluate(code),
    events: ({ room }) => events(room),
};

for await (const line of createInterface({ input: process.stdin })) {
    const { id, do: name, ...rest } = JSON.parse(line);
    Promise.resolve()
        .then(() => commands[name](rest))
        .then(
            (result) => ({ id, ok: true, result: result ?? null }),
            (error) => ({ id, ok: false, error: error.message }),
        )
        .then((told) => process.stdout.write(`${JSON.stringify(told)}\n`));
}
await browser?.close();
site.close();
await rm(folder, { recursive: true, force: true });
