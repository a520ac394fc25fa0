/**
 * Somebody on a phone goes from a link to the first line that they can read in a room, and does nothing that is not needed.
 *
 * Arguments: the browser, the link, the language, the size of the window, what the first line begins with, a folder for
 * pictures or nothing, how many seconds each step may take. One JSON line goes out: the milliseconds from the opening of
 * the link to the end of each step, what was tapped and typed, and what Element asked that nobody had to answer.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, devices } from "playwright-core";

const [BROWSER, LINK, LANGUAGE, SIZE, LINE, PICTURES, PATIENCE_S] = process.argv.slice(2);
const FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update";
const INVITATION = ".mx_RoomSublist .mx_RoomTile";
const ACCEPT = ".mx_RoomPreviewBar .mx_AccessibleButton_kind_primary";
const TOAST = ".mx_Toast_toast";
/** What puts a question aside is not always on the same side. */
const ASIDE = /^(Dismiss|Later|Ignore|Ignorer|Plus tard|Rejeter|Fermer)/;
const [width, height] = SIZE.split("x").map(Number);
const { userAgent } = devices["Pixel 7"];
const profile = await mkdtemp(join(tmpdir(), "cellule-guest-"));
const browser = await chromium.launchPersistentContext(profile, {
    executablePath: BROWSER,
    args: FLAGS.split(" "),
    viewport: { width, height },
    userAgent,
    isMobile: true,
    hasTouch: true,
    locale: LANGUAGE,
});
browser.setDefaultTimeout(PATIENCE_S * 1000);
const [page] = browser.pages();
const steps = {};
const taps = [];
const typed = [];
const begun = Date.now();

const at = (selector) => page.locator(selector).first();

async function picture(name) {
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${LANGUAGE}-${name}.png`) });
}

/** A step is over once this is on the screen. */
async function step(name, selector) {
    await at(selector).waitFor({ state: "visible" });
    steps[name] = Date.now() - begun;
    await picture(name);
}

/** What covers it is put aside first, which is a tap too. */
async function tap(name, selector) {
    const found = at(selector);
    await found.waitFor({ state: "visible" });
    while (await found.evaluate(isUnder, TOAST)) {
        taps.push(`aside: ${await at(".mx_Toast_title h2").innerText()}`);
        await page.locator(".mx_Toast_buttons > *").filter({ hasText: ASIDE }).first().tap();
    }
    taps.push(name);
    await found.tap();
}

function isUnder(found, cover) {
    const { left, top, width, height } = found.getBoundingClientRect();
    return Boolean(document.elementFromPoint(left + width / 2, top + height / 2)?.closest(cover));
}

/** The line stands on the screen uncovered, is wider than a column of letters, and came encrypted from somebody else. */
function isRead(line) {
    for (const words of document.querySelectorAll(".mx_EventTile_body *")) {
        if (!words.textContent.startsWith(line) || words.children.length > 0) continue;
        const { left, top, right, bottom } = words.getClientRects()[0];
        const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        const isOnTop = words.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
        const client = window.mxMatrixClientPeg.get();
        const { eventId } = words.closest("[data-event-id]").dataset;
        const event = client.getRooms().map((room) => room.findEventById(eventId)).find(Boolean);
        const isSecret = event.isEncrypted() && !event.isDecryptionFailure() && event.getSender() !== client.getUserId();
        if (isInside && isOnTop && isSecret && right - left > innerWidth / 3) return true;
    }
    return false;
}

async function walk() {
    await page.goto(LINK);
    await step("page", "#begin");
    await tap("begin", "#begin");
    await at("#register").waitFor({ state: "visible" });
    await picture("kept");
    await tap("kept", "#register");
    await step("account", "#here");
    await tap("open", "#here");
    await step("client", ".mx_LeftPanel");
    await step("invited", INVITATION);
    await tap("invitation", INVITATION);
    await at(ACCEPT).waitFor({ state: "visible" });
    await picture("asked");
    await tap("accept", ACCEPT);
    await step("joined", ".mx_BasicMessageComposer_input");
    await page.waitForFunction(isRead, LINE, { polling: 100 });
    steps.read = Date.now() - begun;
    await picture("read");
}

/** How many questions of Element's lie on each other. */
async function asked() {
    const counted = page.locator(".mx_Toast_title_countIndicator");
    const [, all] = (await counted.count()) ? (await counted.innerText()).match(/(\d+)\)/) : [null, 0];
    return Number(all) || (await page.locator(TOAST).count());
}

try {
    await walk();
    process.stdout.write(`${JSON.stringify({ steps, taps, typed, asked: await asked() })}\n`);
} catch (error) {
    await picture("trouble").catch(() => null);
    console.error(error.stack);
    process.exitCode = 1;
} finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
}
