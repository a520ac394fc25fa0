/**
 * Somebody on a phone who was given a link: taps through the page of the door, and enters a client signed in.
 *
 * Arguments: the browser, the link, the language, the size of the window, a folder for pictures, and the weather:
 * `fair`; `foul`, in which the homeserver is away once and once its answer is lost; `used`, after somebody else; `old`,
 * a browser that has no chance to give. One JSON line goes out.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [BROWSER, LINK, LANGUAGE, SIZE, PICTURES, WEATHER] = process.argv.slice(2);
const FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update";
const [width, height] = SIZE.split("x").map(Number);
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
page.on("console", (line) => line.type() === "error" && troubles.push(line.text()));
page.on("pageerror", (error) => troubles.push(error.stack));
page.on("request", (request) => asked.add(new URL(request.url()).origin));
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

async function walk() {
    if (WEATHER === "old") await page.addInitScript(() => delete Crypto.prototype.getRandomValues);
    await page.goto(LINK);
    if (WEATHER === "old") return { why: await refused() };
    await seen("#begin");
    const [language, address] = await page.evaluate(() => [document.documentElement.lang, location.href]);
    if (language !== LANGUAGE || address.includes("#")) throw new Error(`${language}, ${address}`);
    await tap("#begin");
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
    await page.waitForURL(/loginToken=/);
    const homeserver = await page.evaluate(() => localStorage.getItem("mx_sso_hs_url"));
    const left = await page.evaluate(() => sessionStorage.getItem("door"));
    if (left.includes(password)) throw new Error("the password is still there");
    const token = new URL(page.url()).searchParams.get("loginToken");
    const body = JSON.stringify({ type: "m.login.token", token });
    const client = await fetch(`${homeserver}/_matrix/client/v3/login`, { method: "POST", body });
    const told = await client.json();
    return { user, signedIn: told.user_id === user };
}

try {
    const told = await walk();
    const known = troubles.filter((line) => !/status of (401|404|409|410)|ERR_FAILED/.test(line));
    if (known.length > 0) throw new Error(known.join("\n"));
    process.stdout.write(`${JSON.stringify({ ...told, taps, ms: Date.now() - begun, asked: [...asked] })}\n`);
} catch (error) {
    console.error(error.stack);
    console.error(troubles.join("\n"));
    process.exitCode = 1;
} finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
}
