/*
 * From a link to an account and into a client. The browser itself makes the account, or a page of the server does: neither
 * the door nor anybody else ever has the password. What is needed after a reload is kept for this tab alone, and goes once it is of no use.
 * Plain ES2017, and nothing from elsewhere.
 */
"use strict";
(function () {
    const at = (id) => document.getElementById(id);
    const read = (id) => JSON.parse(at(id).textContent);
    const SENTENCES = read("sentences");
    const WORDS = read("words");
    const BASE = location.pathname.replace(/\/+$/, "");
    const PATIENCE_MS = 30000;
    const LONGEST_WAIT_MS = 60000;
    const MOST_WAITS = 20;
    const STAGES = ["m.login.dummy", "m.login.registration_token"];
    /* The last of them makes the account in the same request: no use of the token is left half begun. */
    const USER = /^@[!-9;-~]+:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?$/;
    const LONGEST_USER = 255;
    let kept = restore();
    let language = preferred();
    let shown = null;
    let onceMore = null;

    /* --- what is kept for this tab --- */

    function restore() {
        try {
            return JSON.parse(sessionStorage.getItem("door")) || {};
        } catch (_) {
            return {};
        }
    }

    function keep(more) {
        kept = Object.assign({}, kept, more);
        try {
            sessionStorage.setItem("door", JSON.stringify(kept));
        } catch (_) {
            /* Without it a reload begins anew. */
        }
    }

    /* --- words --- */

    function preferred() {
        const wanted = (navigator.languages || [navigator.language || ""]).map((one) => one.slice(0, 2).toLowerCase());
        return wanted.find((one) => one in SENTENCES) || "en";
    }

    function say(name) {
        return SENTENCES[language][name];
    }

    function speak(chosen) {
        language = chosen;
        document.documentElement.lang = chosen;
        document.title = say("title");
        document.querySelectorAll("[data-say]").forEach((one) => (one.textContent = say(one.dataset.say)));
        const nav = at("languages");
        nav.textContent = "";
        Object.keys(SENTENCES).forEach((one) => {
            const button = document.createElement("button");
            button.type = "button";
            button.lang = one;
            button.textContent = one.toUpperCase();
            if (one === chosen) button.setAttribute("aria-current", "true");
            button.addEventListener("click", () => speak(one));
            nav.appendChild(button);
        });
        if (shown) shown();
    }

    /* --- what is seen --- */

    function show(id) {
        const all = ["arrive", "account", "service", "inside", "known", "invited", "working", "trouble"];
        all.forEach((one) => (at(one).hidden = one !== id));
    }

    function work(sentence) {
        show("working");
        shown = () => (at("working").textContent = say(sentence));
        shown();
    }

    /* Say what went wrong; *again* is what one more try does, where one may help. */
    function fail(name, again) {
        show("trouble");
        shown = () => (at("why").textContent = say("error." + name));
        shown();
        onceMore = again || null;
        at("again").hidden = !again;
    }

    /* --- asking --- */

    const pause = (ms) => new Promise((ready) => setTimeout(ready, ms));

    /* Resolves with {status, body}, both of what answered; status 0 stands for nobody. */
    function ask(url, body, token) {
        const headers = {};
        if (body) headers["Content-Type"] = "application/json";
        if (token) headers.Authorization = "Bearer " + token;
        const options = { method: body ? "POST" : "GET", headers, credentials: "omit", cache: "no-store" };
        if (body) options.body = JSON.stringify(body);
        const nobody = { status: 0, body: {} };
        const answered = fetch(url, options).then(
            (answer) => answer.json().then(
                (told) => ({ status: answer.status, body: told || {} }),
                () => ({ status: answer.status, body: {} }),
            ),
            () => nobody,
        );
        return Promise.race([answered, pause(PATIENCE_MS).then(() => nobody)]);
    }

    const askDoor = (what, more) => ask(BASE + "/" + what, Object.assign({ secret: kept.secret }, more));

    /* Ask the homeserver, and wait when it asks for that: many may come at once. */
    async function askServer(path, body, token) {
        for (let waits = 0; ; waits += 1) {
            const told = await ask(kept.claim.homeserver + "/_matrix/client" + path, body, token);
            if (told.status !== 429 || waits >= MOST_WAITS) return told;
            work("waits");
            await pause(Math.min(Number(told.body.retry_after_ms) || 5000, LONGEST_WAIT_MS));
        }
    }

    const doorSays = (told, again) => {
        const passes = ["busy", "many", "away", "fault", "soon"].includes(told.body.error) || !told.body.error;
        fail(told.body.error || "door", passes ? again : null);
    };

    /* --- the three steps --- */

    function arrive() {
        show("arrive");
        shown = null;
    }

    async function claim(renamed) {
        work("working");
        const told = await askDoor("claim");
        if (told.status !== 200) return doorSays(told, () => claim(renamed));
        const isOther = Boolean(kept.claim) && kept.claim.name !== told.body.name;
        if (told.body.register) {
            keep({ claim: told.body });
            return service();
        }
        keep({ claim: told.body, password: kept.password || password(), session: isOther ? null : kept.session });
        return account(renamed || isOther);
    }

    /* Five words, each of 2048: 55 bits, by chance that fits a secret. 2048 divides what a number of 16 bits can be. */
    function password() {
        const numbers = crypto.getRandomValues(new Uint16Array(5));
        return Array.from(numbers, (number) => WORDS[number % WORDS.length]).join("-");
    }

    function account(renamed) {
        show("account");
        shown = null;
        at("renamed").hidden = !renamed;
        at("name").textContent = kept.claim.name;
        at("password").textContent = kept.password;
    }

    async function register() {
        work("working");
        const wanted = {
            username: kept.claim.name,
            password: kept.password,
            initial_device_display_name: "Cellule",
            inhibit_login: !(await offersLogin()),
        };
        if (!kept.session) {
            const begun = await askServer("/v3/register", wanted);
            if (begun.status !== 401 || !begun.body.session) return registered(begun);
            const flows = begun.body.flows || [];
            if (!flows.some((flow) => flow.stages.every((stage) => STAGES.includes(stage)))) return fail("refused");
            keep({ session: begun.body.session });
        }
        /* Asked again after an answer was lost, a session goes on where it was, to the same account. */
        const first = await askServer("/v3/register", withStage(wanted, 0));
        const goesOn = first.status === 401 && !first.body.errcode;
        return registered(goesOn ? await askServer("/v3/register", withStage(wanted, 1)) : first);
    }

    function withStage(wanted, stage) {
        const auth = { type: STAGES[stage], session: kept.session };
        if (stage === 1) auth.token = kept.claim.token;
        return Object.assign({ auth }, wanted);
    }

    /* What the homeserver says decides what is next; the door knows why a token is not taken. */
    function registered(told) {
        if (told.status === 200) {
            keep({ access: told.body.access_token || null, registered: true, session: null });
            return came();
        }
        if (told.status === 0 || told.status >= 500 || told.status === 429) return fail("server", register);
        keep({ session: null });
        if (told.body.errcode === "M_USER_IN_USE" || told.status === 401) return claim(false);
        return fail("refused", register);
    }

    async function came() {
        work("working");
        const told = await askDoor("came");
        if (told.status !== 200) return doorSays(told, kept.claim && kept.claim.register ? service : came);
        keep({ inside: told.body, password: kept.access ? kept.password : null });
        return inside();
    }

    /* --- on a page of the server, where it has one for that --- */

    function service() {
        show("service");
        shown = null;
        at("given").textContent = kept.claim.name;
        at("code").textContent = kept.claim.token;
        at("open").href = kept.claim.register;
    }

    /* The code is what has to be pasted there, so it is copied on the way. */
    function leave() {
        keep({ left: true });
        if (navigator.clipboard) navigator.clipboard.writeText(kept.claim.token).catch(() => null);
    }

    /* --- by an account that they have --- */

    function known() {
        show("known");
        shown = null;
        at("id").focus();
    }

    async function bring() {
        const user = at("id").value.trim();
        if (!USER.test(user) || user.length > LONGEST_USER) return fail("misspelt", known);
        work("working");
        const told = await askDoor("known", { user });
        const { error } = told.body;
        if (["misspelt", "nobody", "elsewhere"].includes(error)) return fail(error, known);
        if (told.status !== 200) return doorSays(told, bring);
        keep({ invited: told.body.user, left: null, claim: null, password: null, session: null });
        return invited();
    }

    function invited() {
        show("invited");
        shown = null;
        at("theirs").textContent = kept.invited;
    }

    /* --- into a client --- */

    const sameOrigin = (address) => Boolean(address) && new URL(address).origin === location.origin;

    /* A client of the same host can be entered signed in, where the homeserver gives a token for that. */
    async function offersLogin() {
        if (!sameOrigin(kept.claim.client)) return false;
        const told = await askServer("/v3/login");
        const flows = told.body.flows || [];
        return flows.some((flow) => flow.type === "m.login.token" && flow.get_login_token === true);
    }

    function inside() {
        show("inside");
        shown = null;
        const { user, server, homeserver, client } = kept.inside;
        at("user").textContent = user;
        at("server").textContent = server;
        at("here").hidden = !kept.access;
        at("client").hidden = !client || Boolean(kept.access);
        if (client) at("client").href = client + "/#/login";
        const hasApp = homeserver.startsWith("https:");
        at("app").hidden = at("app-note").hidden = !hasApp;
        at("app").href = "https://mobile.element.io/element?account_provider=" + encodeURIComponent(homeserver);
    }

    /*
     * A token of minutes signs the client in. It asks which homeserver that is of, by a name that Element Web has. By the
     * cookie it stays where it is on a phone: without, it leads to a page about its apps, and the token is lost.
     */
    async function enter() {
        work("working");
        const { homeserver, client } = kept.inside;
        const access = kept.access;
        const token = await loginToken(access);
        await ask(homeserver + "/_matrix/client/v3/logout", {}, access);
        keep({ access: null, password: null });
        if (!token) return inside();
        localStorage.setItem("mx_sso_hs_url", homeserver);
        document.cookie = "element_mobile_redirect_to_guide=false;path=/;max-age=86400;samesite=lax";
        location.href = client + "/?loginToken=" + encodeURIComponent(token);
    }

    /* Some homeservers ask for the password once more. */
    async function loginToken(access) {
        const path = "/v1/login/get_token";
        let told = await askServer(path, {}, access);
        if (told.status === 401 && told.body.session) {
            const identifier = { type: "m.id.user", user: kept.inside.user };
            const auth = { type: "m.login.password", identifier, password: kept.password, session: told.body.session };
            told = await askServer(path, { auth }, access);
        }
        return told.status === 200 ? told.body.login_token : null;
    }

    /* --- begin --- */

    function begin() {
        const given = location.hash.slice(1);
        if (given && given !== kept.secret) {
            kept = {};
            keep({ secret: given });
        }
        if (given) history.replaceState(null, "", location.pathname);
        speak(language);
        if (!kept.secret) return fail("no_link");
        if (typeof crypto === "undefined" || !crypto.getRandomValues || typeof fetch === "undefined") {
            return fail("no_crypto");
        }
        if (kept.invited) return invited();
        if (kept.inside) return inside();
        if (kept.registered) return came();
        if (kept.left) return service();
        return arrive();
    }

    at("begin").addEventListener("click", () => claim(false));
    at("open").addEventListener("click", leave);
    at("made").addEventListener("click", came);
    at("have").addEventListener("click", known);
    at("back").addEventListener("click", arrive);
    at("come-in").addEventListener("click", bring);
    at("id").addEventListener("keydown", (pressed) => pressed.key === "Enter" && bring());
    at("register").addEventListener("click", register);
    at("here").addEventListener("click", () => enter().catch(inside));
    at("again").addEventListener("click", () => onceMore && onceMore());
    at("copy").addEventListener("click", () => {
        const text = kept.claim.name + "\n" + kept.password + "\n" + kept.claim.homeserver;
        const copied = () => (at("copy").textContent = say("copied"));
        if (navigator.clipboard) navigator.clipboard.writeText(text).then(copied, () => null);
    });
    /* The link may be opened again in the tab that shows the page. */
    addEventListener("hashchange", begin);
    begin();
})();
