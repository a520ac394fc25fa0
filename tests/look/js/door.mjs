/**
 * Somebody on a phone who was given a link: taps through the page of the door, and enters a client signed in.
 *
 * Door and client have one host, as they would behind a proxy: it is played here. Arguments: the folder of the site, the
 * port that both are reached at, where the door itself listens, the browser, the link, the language, the size of the window, a folder for pictures, and the weather:
 * `fair`; `foul`, in which the homeserver is away once and once its answer is lost; `used`, after somebody else; `old`,
 * a browser that has no chance to give; `known`, somebody who has the account @alice and first types it wrong; `service`,
 * where a page of the server makes the account. One JSON line goes out.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const [SITE, PORT, DOOR, BROWSER, LINK, LANGUAGE, SIZE, PICTURES, WEATHER] = process.argv.slice(2);
const PAGE = "/join";
const FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".ts": "text/javascript", ".css": "text/css" };
const MORE_TYPES = { ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm" };
const [width, height] = SIZE.split("x").map(Number);
/** The proxy before both: what begins with the page's path is the door's, all else the client's. */
const front = createServer(async (asked, answer) => {
    const path = normalize(new URL(asked.url, "http://localhost").pathname);
    if (path.startsWith(PAGE)) {
        const { method, headers } = asked;
        const passed = request(`${DOOR}${asked.url}`, { method, headers }, (told) => {
            answer.writeHead(told.statusCode, told.headers);
            told.pipe(answer);
        });
        asked.pipe(passed);
        return;
    }
    const file = join(SITE, path === "/" ? "index.html" : path);
    const body = await readFile(file).catch(() => null);
    const type = { ...TYPES, ...MORE_TYPES }[extname(file)] ?? "application/octet-stream";
    answer.writeHead(body ? 200 : 404, { "Content-Type": type }).end(body);
});
await new Promise((ready) => front.listen(Number(PORT), "127.0.0.1", ready));
const profile = await mkdtemp(join(tmpdir(), "cellule-door-"));
const browser = await chromium.launchPersistentContext(profile, {
    executablePath: BROWSER,
    args: FLAGS.split(" "),
    viewport: { width, height },
    locale: LANGUAGE,
});
const [page] = browser.pages();
const troubles = [];
const asked = new Set();
/** What the client complains of, and whom it asks, is its own affair. */
const isOurs = () => page.url() === "about:blank" || new URL(page.url()).pathname.startsWith(PAGE);
page.on("console", (line) => isOurs() && line.type() === "error" && troubles.push(line.text()));
page.on("pageerror", (error) => isOurs() && troubles.push(error.stack));
page.on("request", (one) => isOurs() && asked.add(new URL(one.url()).origin));
const begun = Date.now();
let taps = 0;
let number = 0;

async function tap(id) {
    taps += 1;
    await page.tap(id).catch(() => page.click(id));
}

async function seen(id) {
    await page.waitForSelector(id, { state: "visible" });
    number += 1;
    await page.screenshot({ path: join(PICTURES, `${LANGUAGE}-${WEATHER}-${number}.png`) });
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    if (!fits) throw new Error(`wider than the phone at ${id}`);
}

/** The page says what is wrong. */
async function refused() {
    await seen("#why");
    return page.textContent("#why");
}

/** The homeserver is away, then its answer is lost when the account is made already. Each time one more tap helps. */
async function weather() {
    const register = "**/_matrix/client/v3/register";
    await page.route(register, (route) => route.abort());
    await tap("#register");
    const away = await refused();
    await page.unroute(register);
    await page.route(register, async (route) => {
        const isLast = (route.request().postData() ?? "").includes("m.login.registration_token");
        if (!isLast) return route.continue();
        await route.fetch();
        return route.abort();
    });
    await tap("#again");
    await page.waitForSelector("#working", { state: "hidden" });
    const lost = await refused();
    if (lost !== away) throw new Error(lost);
    await page.unroute(register);
    await tap("#again");
}

/** Whom the client is signed in as, once its device is signed by an identity of its own. */
function client() {
    return page.evaluate(async () => {
        const pause = (ms) => new Promise((ready) => setTimeout(ready, ms));
        for (;;) {
            const found = window.mxMatrixClientPeg?.get();
            const crypto = found?.getCrypto();
            const [user, device] = [found?.getUserId(), found?.getDeviceId()];
            const status = crypto && (await crypto.getDeviceVerificationStatus(user, device).catch(() => null));
            if (status?.signedByOwner) return { user, proved: status.signedByOwner };
            await pause(200);
        }
    });
}

/** Somebody who has an account: an id that is none, one that is not there, an answer that is lost, and at last theirs. */
async function known() {
    await tap("#have");
    await seen("#come-in");
    const told = [];
    for (const typed of ["alice", "@bob:example.org"]) {
        await page.fill("#id", typed);
        await tap("#come-in");
        told.push(await refused());
        await tap("#again");
        await page.waitForSelector("#come-in", { state: "visible" });
    }
    await page.fill("#id", "@alice:example.org");
    await page.route("**/known", async (route) => {
        await route.fetch();
        return route.abort();
    });
    await tap("#come-in");
    told.push(await refused());
    await page.unroute("**/known");
    await tap("#again");
    await seen("#theirs");
    await page.reload();
    await seen("#theirs");
    return { user: await page.textContent("#theirs"), told };
}

/** By a page of the server in another tab: back too early, opened again, and then with the code from the clipboard. */
async function elsewhere() {
    await seen("#made");
    await tap("#made");
    const why = await refused();
    await tap("#again");
    await browser.grantPermissions(["clipboard-read", "clipboard-write"]);
    const [other] = await Promise.all([browser.waitForEvent("page"), tap("#open")]);
    await other.waitForSelector("[name=token]");
    const name = await other.inputValue("[name=username]");
    await other.fill("[name=password]", "a long one of their own");
    await other.focus("[name=token]");
    await other.keyboard.press("Control+V");
    const code = await other.inputValue("[name=token]");
    await other.click("button");
    await other.getByText("made", { exact: true }).waitFor();
    await other.close();
    await page.reload();
    await page.waitForSelector("#made", { state: "visible" });
    const isSame = (await page.textContent("#code")) === code && (await page.textContent("#given")) === name;
    if (!isSame) throw new Error(`${name}, ${code}`);
    await tap("#made");
    await seen("#user");
    return { why, user: await page.textContent("#user") };
}

async function walk() {
    if (WEATHER === "old") await page.addInitScript(() => delete Crypto.prototype.getRandomValues);
    await page.goto(LINK);
    if (WEATHER === "old") return { why: await refused() };
    await seen("#begin");
    const [language, address] = await page.evaluate(() => [document.documentElement.lang, location.href]);
    if (language !== LANGUAGE || address.includes("#")) throw new Error(`${language}, ${address}`);
    if (WEATHER === "known") return known();
    await tap("#begin");
    if (WEATHER === "service") return elsewhere();
    if (WEATHER === "used") return { why: await refused() };
    await seen("#register");
    const password = await page.textContent("#password");
    if (WEATHER === "foul") {
        await page.reload();
        await tap("#begin");
        await page.waitForSelector("#register", { state: "visible" });
        if ((await page.textContent("#password")) !== password) throw new Error("another password after a reload");
        await weather();
    } else {
        await tap("#register");
    }
    await seen("#here");
    const user = await page.textContent("#user");
    await tap("#here");
    await page.waitForURL((url) => !url.pathname.startsWith(PAGE));
    const told = await client();
    await page.screenshot({ path: join(PICTURES, `${LANGUAGE}-${WEATHER}-client.png`) });
    const left = await page.evaluate(() => sessionStorage.getItem("door"));
    if ((left ?? "").includes(password)) throw new Error("the password is still there");
    return { user, signedIn: told.user === user, proved: told.proved };
}

try {
    const told = await walk();
    const known = troubles.filter((line) => !/status of (401|404|409|410|422)|ERR_FAILED/.test(line));
    if (known.length > 0) throw new Error(known.join("\n"));
    process.stdout.write(`${JSON.stringify({ ...told, taps, ms: Date.now() - begun, asked: [...asked] })}\n`);
} catch (error) {
    console.error(error.stack);
    console.error(troubles.join("\n"));
    process.exitCode = 1;
} finally {
    await browser.close();
    front.closeAllConnections();
    front.close();
    await rm(profile, { recursive: true, force: true });
}
