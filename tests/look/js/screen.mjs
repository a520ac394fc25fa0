/**
 * Somebody at Element Web, in a Chromium without a window: what they type, how high what they read is, pictures of it.
 *
 * One JSON command a line comes in: {do, ...}. One JSON answer a line goes out: {result} or {error}. The end of the
 * input is the end of the browser. Arguments: the folder of the site, the browser, how many seconds a wait may take.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [SITE, BROWSER, PATIENCE_S] = process.argv.slice(2);
const FLAGS =
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
    "--disable-component-update --disable-sync";
const POLL_MS = 200;
const TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".ts": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
};
const TIMELINE = ".mx_RoomView_messagePanel";
const COMPOSER = ".mx_BasicMessageComposer_input";
const ACCEPT = ".mx_RoomPreviewBar .mx_AccessibleButton_kind_primary";

const site = createServer(async ({ url }, answer) => {
    const asked = normalize(new URL(url, "http://localhost").pathname);
    const file = join(SITE, asked === "/" ? "index.html" : asked);
    const body = await readFile(file).catch(() => null);
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    answer.writeHead(body ? 200 : 404, { "Content-Type": type }).end(body);
});
await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
const profile = await mkdtemp(join(tmpdir(), "cellule-look-"));
let browser = null;
let page = null;

/** Ask `probe` in the page, again and again, until it finds something. */
async function until(what, probe, asked) {
    for (const end = Date.now() + PATIENCE_S * 1000; Date.now() < end; ) {
        const found = await page.evaluate(probe, asked);
        if (found) return found;
        await page.waitForTimeout(POLL_MS);
    }
    throw new Error(`no ${what} within ${PATIENCE_S} s`);
}

/** Wait until nothing has moved since the last look; `down` goes to the end of the messages at each. */
async function still(down) {
    const { width, height } = page.viewportSize();
    await page.mouse.move(width / 2, height - 1);
    await page.evaluate(() => document.fonts.ready);
    const place = () =>
        page.evaluate(([at, down]) => {
            const scrolled = document.querySelector(`${at} .mx_ScrollPanel`);
            const found = scrolled?.scrollTop;
            if (scrolled && down) scrolled.scrollTop = scrolled.scrollHeight;
            const pending = [...document.images].filter((image) => !image.complete).length;
            const spinning = document.querySelectorAll(".mx_Spinner").length;
            return [scrolled?.scrollHeight, found, pending, spinning].join();
        }, [TIMELINE, down]);
    for (let before = null, now = await place(); before !== now; ) {
        await page.waitForTimeout(2 * POLL_MS);
        [before, now] = [now, await place()];
    }
}

/** What Element's service worker does: media are asked for as the person who is signed in. */
async function signed(route) {
    const token = await page.evaluate(() => window.mxMatrixClientPeg.get().getAccessToken());
    const url = route.request().url().replace("/_matrix/media/v3/", "/_matrix/client/v1/media/");
    await route.continue({ url, headers: { ...route.request().headers(), authorization: `Bearer ${token}` } });
}

async function view(room) {
    await page.evaluate((id) => (location.hash = `#/room/${id}`), room);
    await page.waitForFunction((id) => location.hash.includes(id), room);
}

const commands = {
    async start({ homeserver, server, language, user, password, width, height }) {
        browser = await chromium.launchPersistentContext(profile, {
            executablePath: BROWSER,
            args: FLAGS.split(" "),
            viewport: { width, height },
            locale: language,
            timezoneId: "Europe/Paris",
            reducedMotion: "reduce",
        });
        browser.setDefaultTimeout(PATIENCE_S * 1000);
        [page] = browser.pages();
        page.on("console", (line) => line.type() === "error" && console.error(line.text()));
        page.on("pageerror", (error) => console.error(error.stack));
        await page.route("**/_matrix/media/v3/{download,thumbnail}/**", signed);
        const asked = new URLSearchParams({ homeserver, server, language });
        await page.goto(`http://127.0.0.1:${site.address().port}/?${asked}`);
        await page.fill("#mx_LoginForm_username", user);
        await page.fill("#mx_LoginForm_password", password);
        await page.click(".mx_Login_submit");
        await page.waitForSelector(".mx_MatrixChat");
    },

    size: ({ width, height }) => page.setViewportSize({ width, height }),

    /** Look at the next invitation. */
    async invited() {
        const room = await until("invitation", () => {
            const rooms = window.mxMatrixClientPeg.get().getRooms();
            return rooms.find((room) => room.getMyMembership() === "invite")?.roomId;
        });
        await view(room);
        await page.waitForSelector(ACCEPT);
        return room;
    },

    async join() {
        await page.click(ACCEPT);
        await page.waitForSelector(COMPOSER);
    },

    /** Type a line and send it; the answer is its event. */
    async say({ room, text }) {
        await view(room);
        await page.click(COMPOSER);
        await page.keyboard.insertText(text);
        await page.keyboard.press("Enter");
        return until(`echo of ${text}`, ({ room, text }) => {
            const client = window.mxMatrixClientPeg.get();
            const events = client.getRoom(room).getLiveTimeline().getEvents();
            const said = events.findLast((event) => event.getSender() === client.getUserId() && !event.isState());
            return said?.getContent().body === text && said.getId().startsWith("$") && said.getId();
        }, { room, text });
    },

    /** Send a file as one picks it from a folder. */
    async upload({ room, path }) {
        await view(room);
        await page.setInputFiles(".mx_MessageComposer input[type=file]", path);
        await page.click(".mx_UploadConfirmDialog .mx_Dialog_primary");
        await until("uploaded file", (id) => {
            const events = window.mxMatrixClientPeg.get().getRoom(id).getLiveTimeline().getEvents();
            return events.some((event) => event.getContent().msgtype === "m.file" && event.getId().startsWith("$"));
        }, room);
    },

    /** What somebody said in the room since an event, once it is so many messages (that ring), all readable. */
    heard: ({ room, sender, after, count, rings }) =>
        until(`${count} readable messages of ${sender}`, ({ room, sender, after, count, rings }) => {
            const events = window.mxMatrixClientPeg.get().getRoom(room).getLiveTimeline().getEvents();
            const since = after ? events.findIndex((event) => event.getId() === after) + 1 : 0;
            if (after && since === 0) return null;
            const wanted = (event) =>
                event.getSender() === sender &&
                !event.isState() &&
                !["m.replace", "m.thread"].some((kind) => event.isRelation(kind)) &&
                (!rings || event.getContent()["m.mentions"]?.user_ids);
            const said = events.slice(since).filter(wanted);
            const isRead = (event) => event.getType() !== "m.room.encrypted" && !event.isDecryptionFailure();
            return said.every(isRead) && said.length >= count && said.map((event) => event.getId());
        }, { room, sender, after, count, rings }),

    pinned: ({ room }) =>
        until("pinned message", (id) => {
            const state = window.mxMatrixClientPeg.get().getRoom(id).currentState;
            return state.getStateEvents("m.room.pinned_events", "")?.getContent().pinned?.at(-1);
        }, room),

    /** Tap the banner: what is pinned comes into view. */
    async jump({ room }) {
        await view(room);
        await page.click(".mx_PinnedMessageBanner_main");
        await page.waitForSelector(".mx_EventTile_selected");
        await still(false);
    },

    settle: () => still(true),

    /** From the upper edge of the first of these messages to the lower edge of the last, in pixels. */
    height: ({ ids }) =>
        page.evaluate((wanted) => {
            const tiles = wanted.map((id) => document.querySelector(`[data-event-id="${CSS.escape(id)}"]`));
            if (tiles.includes(null)) throw new Error("a message is not on the screen");
            const edges = tiles.map((tile) => tile.getBoundingClientRect());
            const [bottom, top] = ["bottom", "top"].map((edge) => edges.map((at) => at[edge]));
            return Math.ceil(Math.max(...bottom) - Math.min(...top));
        }, ids),

    /** How high the part of the window is in which messages are. */
    area: () => page.evaluate((at) => document.querySelector(at).clientHeight, TIMELINE),

    shot: ({ path }) => page.screenshot({ path }).then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...asked } = JSON.parse(line);
    const told = await Promise.resolve(asked).then(commands[name]).then(
        (result) => ({ result: result ?? null }),
        (error) => ({ error: `${name}: ${error.message}` }),
    );
    process.stdout.write(`${JSON.stringify(told)}\n`);
}
await browser?.close();
site.close();
await rm(profile, { recursive: true, force: true });
