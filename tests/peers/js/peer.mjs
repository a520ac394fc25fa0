/**
 * A strict foreign client: matrix-js-sdk, the engine of Element Web, without the window.
 *
 * One JSON command a line comes in: {id, do, ...}. One JSON answer a line goes out: {id, ok, result} or
 * {id, ok, error}. Lines with `event` and no `id` tell what happened by itself. Logs go to standard
 * error: warnings, or everything when PEER_LOG=all. The end of the input is the end of the client.
 * The argument says after how many seconds a wait is given up, where a command does not say it.
 */
import { randomUUID, webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { format } from "node:util";

const POLL_MS = 100;
const DEADLINE_S = Number(process.argv[2]);

for (const level of ["trace", "debug", "log", "info", "warn", "error"]) {
    const heard = process.env.PEER_LOG === "all" || level === "warn" || level === "error";
    console[level] = heard ? (...words) => process.stderr.write(`${level}: ${format(...words)}\n`) : () => {};
}

// The SDK asks for Node 22 for this alone.
Promise.withResolvers ??= function () {
    const parts = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
};

const sdk = await import("matrix-js-sdk");
const crypto = await import("matrix-js-sdk/lib/crypto-api/index.js");
const { PollStartEvent } = await import("matrix-js-sdk/lib/extensible_events_v1/PollStartEvent.js");
const { PollResponseEvent } = await import("matrix-js-sdk/lib/extensible_events_v1/PollResponseEvent.js");
const { UserId } = await import("@matrix-org/matrix-sdk-crypto-wasm");

/** What was seen in each room, in the order it came: a limited sync makes the SDK forget its own list. */
const seen = new Map();
const lookers = new Set();
let client = null;
/** The last verification that was asked for: what is shown, and how it ended. */
let verification = null;
/** The last verification that somebody asked us for. */
let wanted = null;
let recoveryKey = null;

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const wake = () => lookers.forEach((look) => look());

/** Resolve with the first truthy answer of `probe`, asked again whenever something happens. */
function until(probe, what, seconds = DEADLINE_S) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const look = () => Promise.resolve().then(probe).then((found) => found && resolve(found), reject);
    const poll = setInterval(look, POLL_MS);
    const end = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), seconds * 1000);
    lookers.add(look);
    look();
    return promise.finally(() => {
        lookers.delete(look);
        clearInterval(poll);
        clearTimeout(end);
    });
}

/** One event as this client shows it, with what was on the wire beside it. */
function view(event) {
    const clear = event.getOriginalContent();
    const shown = clear["m.new_content"] ?? clear;
    const relation = event.getWireContent()["m.relates_to"] ?? clear["m.relates_to"] ?? null;
    const failed = event.isDecryptionFailure();
    return {
        id: event.getId(),
        room: event.getRoomId(),
        sender: event.getSender(),
        type: event.getType(),
        at: event.getTs(),
        encrypted: event.isEncrypted(),
        redacted: event.isRedacted(),
        text: failed ? null : (shown.body ?? null),
        formatted_body: failed ? null : (shown.formatted_body ?? null),
        msgtype: failed ? null : (shown.msgtype ?? null),
        mentions: clear["m.mentions"] ?? null,
        relates_to: relation,
        replaces: relation?.rel_type === "m.replace" ? relation.event_id : null,
        failure: failed ? String(event.decryptionFailureReason ?? "UNKNOWN_ERROR") : null,
        content: clear,
    };
}

function timeline(room) {
    const events = new Map((seen.get(room) ?? []).map((event) => [event.getId(), event]));
    return [...events.values()].filter((event) => !event.shouldAttemptDecryption()).map(view);
}

function listen() {
    client.on(sdk.RoomEvent.Timeline, (event, room, toStart) => {
        if (!room || toStart) return;
        if (!seen.has(room.roomId)) seen.set(room.roomId, []);
        seen.get(room.roomId).push(event);
        wake();
    });
    client.on(sdk.MatrixEventEvent.Decrypted, wake);
    client.on(sdk.ClientEvent.Sync, wake);
    client.on(crypto.CryptoEvent.VerificationRequestReceived, (request) => {
        wanted = request;
        wake();
    });
}

/** Rooms are joined as soon as an invitation comes, as a person in a hurry would.
 *
 * The sync that follows so quick a join may bring the invitation once more, and the client would believe it until
 * something else happens in the room.
 */
function acceptInvitations() {
    const accepted = new Set();
    client.on(sdk.RoomEvent.MyMembership, (room, membership) => {
        if (membership === "leave") accepted.delete(room.roomId);
        if (membership !== "invite") return;
        if (accepted.has(room.roomId)) return queueMicrotask(() => room.updateMyMembership("join"));
        client.joinRoom(room.roomId).then(
            () => {
                accepted.add(room.roomId);
                if (room.getMyMembership() === "invite") room.updateMyMembership("join");
                tell({ event: "joined", room: room.roomId });
            },
            (error) => tell({ event: "join_failed", room: room.roomId, error: error.message }),
        );
    });
}

/** Answer the password question of the homeserver if it asks one before taking the keys. */
function withPassword(user, password) {
    return async (upload) => {
        try {
            return await upload(null);
        } catch (error) {
            if (!error.data?.session) throw error;
            const identifier = { type: "m.id.user", user };
            return upload({ type: "m.login.password", identifier, password, session: error.data.session });
        }
    };
}

/** The keys must leave before the first sync, so that nobody ever sees this device unsigned. */
const makeIdentity = (user, password) =>
    client.getCrypto().bootstrapCrossSigning({
        setupNewCrossSigning: true,
        authUploadDeviceSigningKeys: withPassword(user, password),
    });

/** The keys of the secret storage are taken only if they are those the homeserver is known to publish. */
async function takeIdentity() {
    await learnDevicesOf(client.getUserId());
    await client.getCrypto().bootstrapCrossSigning({});
}

/** Answer the question for the key of the secret storage as a person does who types their recovery key. */
async function getSecretStorageKey({ keys }) {
    if (!recoveryKey) return null;
    const [[id, description]] = Object.entries(keys);
    const key = crypto.decodeRecoveryKey(recoveryKey);
    if (!(await client.secretStorage.checkKey(key, description))) throw new Error("not the key of this secret storage");
    return [id, key];
}

/** The public methods that ask for somebody's devices keep nothing of the answer; joining a room with them does, later. */
async function learnDevicesOf(user) {
    const { olmMachine, outgoingRequestProcessor } = client.getCrypto();
    await outgoingRequestProcessor.makeOutgoingRequest(olmMachine.queryKeysForUsers([new UserId(user)]));
}

async function isOwnDeviceSigned() {
    const status = await client.getCrypto().getDeviceVerificationStatus(client.getUserId(), client.getDeviceId());
    return status?.signedByOwner;
}

/** A message may only leave once the room is known to be encrypted: never in clear by haste. */
async function encryptedRoom(room) {
    const api = client.getCrypto();
    await until(
        async () => client.getRoom(room)?.getMyMembership() === "join" && (await api.isEncryptionEnabledInRoom(room)),
        `encrypted room ${room}`,
    );
}

/** The event whose thread a message stands in, if it stands in one. */
function threadOf(event) {
    return event?.relates_to?.rel_type === "m.thread" ? event.relates_to.event_id : undefined;
}

function relation({ thread, reply_to, edit }) {
    if (edit) return { rel_type: "m.replace", event_id: edit };
    if (!thread) return reply_to ? { "m.in_reply_to": { event_id: reply_to } } : undefined;
    return {
        "rel_type": "m.thread",
        "event_id": thread,
        "is_falling_back": !reply_to,
        "m.in_reply_to": { event_id: reply_to ?? thread },
    };
}

function message(command) {
    const { body, html, msgtype = "m.text", mentions = [], edit } = command;
    const text = { msgtype, body, "m.mentions": mentions.length ? { user_ids: mentions } : {} };
    if (html) Object.assign(text, { format: "org.matrix.custom.html", formatted_body: html });
    const relates = relation(command);
    const content = edit ? { ...text, "body": `* ${body}`, "m.new_content": text } : text;
    return relates ? { ...content, "m.relates_to": relates } : content;
}

/** What an encrypted file holds, by WebCrypto; anything that is not by the specification is an error. */
async function opened({ url, key, iv, hashes, v }) {
    if (v !== "v2" || key.kty !== "oct" || key.alg !== "A256CTR" || !key.ext) throw new Error("not an encrypted file");
    const address = client.mxcUrlToHttp(url, undefined, undefined, undefined, false, true, true);
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const ciphertext = await answer.arrayBuffer();
    const unpadded = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
    const digest = unpadded(await webcrypto.subtle.digest("SHA-256", ciphertext));
    if (digest !== hashes.sha256) throw new Error("the file is not the one that was sent");
    const opener = await webcrypto.subtle.importKey("jwk", key, { name: "AES-CTR" }, false, ["encrypt", "decrypt"]);
    const counter = Buffer.from(iv, "base64");
    const plain = await webcrypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, opener, ciphertext);
    return Buffer.from(plain).toString("base64");
}

function describe(room) {
    const members = room.currentState.getMembers().map((member) => [member.userId, member.membership ?? "leave"]);
    return {
        id: room.roomId,
        name: room.currentState.getStateEvents("m.room.name", "")?.getContent().name ?? null,
        topic: room.currentState.getStateEvents("m.room.topic", "")?.getContent().topic ?? null,
        membership: room.getMyMembership(),
        encrypted: room.hasEncryptionStateEvent(),
        inviter: room.getDMInviter() ?? null,
        creator: room.getCreator(),
        members: Object.fromEntries(members),
    };
}

const chosen = (vote) => new PollResponseEvent({ type: vote.getType(), content: vote.getContent() }).answerIds;

const commands = {
    async start({ homeserver, user, password, sign = true, strict = true, autojoin = true, meet = [], recovery_key: key }) {
        const baseUrl = homeserver;
        const identifier = { type: "m.id.user", user };
        const login = { type: "m.login.password", identifier, password };
        const { user_id: userId, device_id: deviceId, access_token: accessToken } = await sdk
            .createClient({ baseUrl })
            .loginRequest(login);
        recoveryKey = key;
        client = sdk.createClient({ baseUrl, userId, deviceId, accessToken, cryptoCallbacks: { getSecretStorageKey } });
        await client.initRustCrypto({ useIndexedDB: false });
        if (strict) client.getCrypto().setDeviceIsolationMode(new crypto.OnlySignedDevicesIsolationMode());
        listen();
        if (autojoin) acceptInvitations();
        if (sign) await (key ? takeIdentity() : makeIdentity(user, password));
        for (const met of meet) await learnDevicesOf(met);
        await client.startClient({
            initialSyncLimit: 100,
            disablePresence: true,
            pendingEventOrdering: sdk.PendingEventOrdering.Detached,
        });
        await until(() => client.isInitialSyncComplete(), "first sync");
        if (sign) await until(isOwnDeviceSigned, "signature on the own device");
        return { user: userId, device: deviceId };
    },

    async create_room({ invite = [], name, direct = false }) {
        const { room_id: room } = await client.createRoom({
            preset: "private_chat",
            invite,
            name,
            is_direct: direct,
            initial_state: [
                { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
            ],
        });
        await encryptedRoom(room);
        return room;
    },

    invite: ({ room, user }) => client.invite(room, user).then(() => null),

    join: ({ room }) => client.joinRoom(room).then((joined) => joined.roomId),

    async leave({ room }) {
        await client.leave(room);
        await until(() => client.getRoom(room)?.getMyMembership() === "leave", "end of the membership");
    },

    async send(command) {
        await encryptedRoom(command.room);
        const content = command.content ?? message(command);
        try {
            const sent = await client.sendEvent(command.room, null, command.type ?? "m.room.message", content);
            return sent.event_id;
        } catch (error) {
            // What could not be sent would hold back all that comes after it.
            client.getRoom(command.room).getPendingEvents().forEach((event) => client.cancelPendingEvent(event));
            throw error;
        }
    },

    /** A poll as Element shows it: by the SDK's own reading of it, its votes and its end. */
    async poll({ room, event: id }) {
        const event = seen.get(room).find((event) => event.getId() === id);
        const start = new PollStartEvent({ type: event.getType(), content: event.getContent() });
        const known = client.getRoom(room).polls.get(id);
        const votes = (await known.getResponses()).getRelations();
        return {
            question: start.question.text,
            kind: start.kind.name,
            most: start.maxSelections,
            answers: Object.fromEntries(start.answers.map((answer) => [answer.id, answer.text])),
            votes: votes.map((vote) => [vote.getSender(), chosen(vote)]),
            is_over: known.isEnded,
            rings: client.getPushActionsForEvent(event)?.notify ?? false,
        };
    },

    async vote({ room, poll, answers }) {
        await encryptedRoom(room);
        const { type, content } = PollResponseEvent.from(answers, poll).serialize();
        return (await client.sendEvent(room, null, type, content)).event_id;
    },

    async send_clear({ room, type = "m.room.message", content }) {
        const path = `/rooms/${encodeURIComponent(room)}/send/${type}/${randomUUID()}`;
        const sent = await client.http.authedRequest(sdk.Method.Put, path, undefined, content);
        return sent.event_id;
    },

    rotate: ({ room }) => client.getCrypto().forceDiscardSession(room).then(() => null),

    request: ({ method, path, body }) =>
        client.http.authedRequest(method, path, undefined, body ?? undefined, { prefix: "" }),

    rooms: () => client.getRooms().map(describe),

    timeline: ({ room }) => timeline(room),

    wait_for({ room, pattern, sender, after, answers = false, thread, failure = false, timeout }) {
        const wanted = new RegExp(pattern, "su");
        const what = `${failure ? "undecryptable event" : "message"} /${pattern}/ from ${sender ?? "anyone"}`;
        return until(() => {
            const events = timeline(room);
            const from = after ? events.findIndex((event) => event.id === after) + 1 : 0;
            if (after && from === 0) return undefined;
            const own = [undefined, after, threadOf(events[from - 1])];
            return events.slice(from).find((event) => {
                if (thread && threadOf(event) !== thread) return false;
                if (answers && !own.includes(threadOf(event))) return false;
                const read = failure ? event.failure : event.text;
                return typeof read === "string" && (!sender || event.sender === sender) && wanted.test(read);
            });
        }, what, timeout);
    },

    wait_room({ name = "", inviter, known = [], timeout }) {
        const wanted = new RegExp(name, "su");
        const found = (room) =>
            room.membership === "join" &&
            !known.includes(room.id) &&
            (!inviter || room.inviter === inviter || room.creator === inviter) &&
            wanted.test(room.name ?? "");
        return until(() => client.getRooms().map(describe).find(found), `joined room /${name}/`, timeout);
    },

    wait_member({ room, user, membership = "join", timeout }) {
        const found = () => client.getRoom(room)?.getMember(user)?.membership === membership;
        return until(found, `${membership} of ${user}`, timeout).then(() => null);
    },

    /** Who is in a room by the homeserver's own word: this client may believe an invitation for long after the join. */
    joined: async ({ room }) => Object.keys((await client.getJoinedRoomMembers(room)).joined),

    /** What this client makes of an event that came to it by another way than the sync. */
    async decrypt({ event: raw }) {
        const event = new sdk.MatrixEvent(raw);
        await client.decryptEventIfNeeded(event);
        return view(event);
    },

    /** The file of a message, fetched and opened as Element Web does; the bytes as base64. */
    async file({ room, event: id }) {
        const { content } = timeline(room).find((event) => event.id === id);
        return { name: content.filename ?? content.body, mime: content.info.mimetype, data: await opened(content.file) };
    },

    async devices({ user }) {
        const api = client.getCrypto();
        const all = (await api.getUserDeviceInfo([user], true)).get(user) ?? new Map();
        const told = [...all.values()].map(async (device) => ({
            id: device.deviceId,
            name: device.displayName ?? null,
            ed25519: device.getFingerprint() ?? null,
            signed: (await api.getDeviceVerificationStatus(user, device.deviceId))?.signedByOwner ?? false,
        }));
        return { identity: await api.userHasCrossSigningKeys(user, true), devices: await Promise.all(told) };
    },

    /** Make an identity, or another one, as after "Reset identity" in the settings; the answer is its master key. */
    async make_identity({ user, password }) {
        await makeIdentity(user, password);
        await until(isOwnDeviceSigned, "signature on the own device");
        return client.getCrypto().getCrossSigningKeyId();
    },

    /** Ask to verify somebody, in a room of two or by their device; return the emoji, once this client shows them. */
    async verify({ user, room, device, timeout }) {
        const api = client.getCrypto();
        const request = await (room ? api.requestVerificationDM(user, room) : api.requestDeviceVerification(user, device));
        tell({ event: "asked", user });
        await until(() => {
            if (request.phase === crypto.VerificationPhase.Cancelled) throw new Error(request.cancellationCode);
            return request.phase === crypto.VerificationPhase.Ready;
        }, `answer of ${user} to a verification`, timeout);
        const verifier = await request.startVerification("m.sas.v1");
        const shown = new Promise((resolve) => verifier.once(crypto.VerifierEvent.ShowSas, resolve));
        const ended = verifier.verify().then(() => "done", () => request.cancellationCode ?? "cancelled");
        verification = { sas: await Promise.race([shown, ended]), ended };
        if (typeof verification.sas === "string") throw new Error(verification.sas);
        return verification.sas.sas.emoji;
    },

    /** Accept the verification that somebody asks us for; return the emoji, once this client shows them. */
    async accept_verification({ user, timeout }) {
        const request = await until(() => wanted?.otherUserId === user && wanted, `request of ${user}`, timeout);
        tell({ event: "accepted", user });
        await request.accept();
        await until(() => request.verifier, `start of ${user}`, timeout);
        const { verifier } = request;
        const shown = new Promise((resolve) => verifier.once(crypto.VerifierEvent.ShowSas, resolve));
        const ended = verifier.verify().then(() => "done", () => request.cancellationCode ?? "cancelled");
        const sas = verifier.getShowSasCallbacks() ?? (await Promise.race([shown, ended]));
        verification = { sas, ended };
        if (typeof sas === "string") throw new Error(sas);
        return sas.sas.emoji;
    },

    /** Say whether the other side shows the same. */
    async compare({ same }) {
        if (same) await verification.sas.confirm();
        else verification.sas.mismatch();
    },

    /** How the verification ended, and what this client makes of the person's identity since. */
    async verified({ user }) {
        const end = verification && (await verification.ended);
        const isVerified = async () => (await client.getCrypto().getUserVerificationStatus(user)).isCrossSigningVerified();
        // Our signature on their key counts once it comes back from the homeserver.
        if (end === "done") await until(isVerified, `signature on the identity of ${user}`);
        return { end, verified: await isVerified() };
    },

    /** The shield beside a message of a room: its colour, and the reason that Element names when there is one. */
    async shield({ room, event: id }) {
        const event = seen.get(room).find((event) => event.getId() === id);
        const { shieldColour, shieldReason } = await client.getCrypto().getEncryptionInfoForEvent(event);
        return [crypto.EventShieldColour[shieldColour], crypto.EventShieldReason[shieldReason] ?? null];
    },

    /** Put the identity into a new secret storage, as Element does when it shows a recovery key. */
    async make_recovery_key() {
        const made = await client.getCrypto().createRecoveryKeyFromPassphrase();
        recoveryKey = made.encodedPrivateKey;
        await client.getCrypto().bootstrapSecretStorage({
            createSecretStorageKey: async () => made,
            setupNewSecretStorage: true,
        });
        return recoveryKey;
    },

    /** A secret of the account, opened by the SDK. */
    secret: ({ name }) => client.secretStorage.get(name),

    /** Look at the account's key backup, as Element does by itself: is it trusted, and is it written to since? */
    async backup() {
        const api = client.getCrypto();
        const found = await api.checkKeyBackupAndEnable();
        return { trusted: found?.trustInfo.trusted ?? false, active: await api.getActiveSessionBackupVersion() };
    },

    async stop() {
        client?.stopClient();
        setImmediate(() => process.exit(0));
        return null;
    },
};

async function answer(line) {
    const { id, do: name, ...rest } = JSON.parse(line);
    try {
        if (!Object.hasOwn(commands, name)) throw new Error(`unknown command ${name}`);
        tell({ id, ok: true, result: (await commands[name](rest)) ?? null });
    } catch (error) {
        tell({ id, ok: false, error: error?.message ?? String(error) });
    }
}

process.on("unhandledRejection", (error) => console.error("unhandled:", error));
createInterface({ input: process.stdin })
    .on("line", answer)
    .on("close", () => process.exit(0));
