/**
 * Make a site of Element Web's window: matrix-react-sdk, app.mjs around it, its light theme and its two languages.
 *
 * What Element Web does with webpack for its own releases is done here with esbuild, in seconds. Arguments: the folder to
 * write to, and `whole` for the window as everybody new sees it on any screen; without, it shows a room and nothing else.
 */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import postcss from "postcss";
import scss from "postcss-scss";

const [OUT, WHOLE] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const SDK = dirname(require.resolve("matrix-react-sdk/package.json"));
const { version } = require("matrix-react-sdk/package.json");
const RES = join(SDK, "res");
const LANGUAGES = { en: "en_EN.json", fr: "fr.json" };
const PICTURES = ["svg", "png", "gif", "webp", "woff", "woff2", "ttf", "mp3", "ogg", "wasm"];
/** Node's own modules, and what exports a room or records a voice. */
const UNUSED = /^(fs|path|!!raw-loader.*|.*Worker\.min\.js|\.\/RecorderWorklet)$/;

/** A picture of a package that names only its scripts to the outside. */
const inPackage = (path) => join(new URL("node_modules", import.meta.url).pathname, path);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

/** A picture in the sources is a component to some importers and an address to others. */
const icons = {
    name: "icons",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /\.svg$/ }, async ({ path, kind, resolveDir, importer }) =>
            kind === "url-token" || importer.endsWith(".svg")
                ? undefined
                : { path: path.startsWith(".") ? join(resolveDir, path) : inPackage(path), namespace: "icon" },
        );
        onLoad({ filter: /.*/, namespace: "icon" }, async ({ path }) => {
            const drawn = await readFile(path, "utf8");
            const [, attributes, inner] = /<svg([^>]*)>(.*)<\/svg>/s.exec(drawn);
            const named = attributes.matchAll(/\s(width|height|viewBox|fill)="([^"]*)"/g);
            const given = Object.fromEntries([...named].map(([, name, value]) => [name, value]));
            const contents = `
                import { createElement } from "react";
                import address from ${JSON.stringify(path)};
                const inner = { __html: ${JSON.stringify(inner)} };
                export const Icon = (given) =>
                    createElement("svg", { ...${JSON.stringify(given)}, ...given, dangerouslySetInnerHTML: inner });
                export default address;`;
            return { contents, loader: "js", resolveDir: SDK };
        });
        onResolve({ filter: /\.svg$/, namespace: "icon" }, ({ path }) => ({ path }));
    },
};

/** Where Element's own build puts its parts. */
const places = {
    name: "places",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\$webapp/ }, () => ({ path: "languages", namespace: "languages" }));
        onLoad({ filter: /.*/, namespace: "languages" }, () => ({
            contents: `export default "i18n/languages.json"`,
        }));
        onResolve({ filter: UNUSED }, () => ({ path: "nothing", namespace: "nothing" }));
        onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: `export default ""` }));
        onResolve({ filter: /^\$\(res\)/ }, ({ path }) => ({ path: path.replace("$(res)", RES) }));
    },
};

async function theme() {
    const file = join(RES, "themes/light/css/light.pcss");
    const plugins = ["import", "mixins", "simple-vars", "nested", "easings", "hexrgba"];
    const made = postcss(plugins.map((name) => require(`postcss-${name}`)()));
    const { css } = await made.process(await readFile(file, "utf8"), { from: file, parser: scss });
    return { contents: css, resolveDir: dirname(file), loader: "css" };
}

const shared = {
    bundle: true,
    outdir: OUT,
    logLevel: "error",
    minify: true,
    assetNames: "assets/[name]-[hash]",
    loader: Object.fromEntries(PICTURES.map((ending) => [`.${ending}`, "file"])),
};

async function languages() {
    await mkdir(join(OUT, "i18n"), { recursive: true });
    for (const name of Object.values(LANGUAGES)) await cp(join(SDK, "src/i18n/strings", name), join(OUT, "i18n", name));
    await writeFile(join(OUT, "i18n/languages.json"), JSON.stringify(LANGUAGES));
}

await mkdir(OUT, { recursive: true });
await Promise.all([
    build({
        ...shared,
        entryPoints: [new URL("app.mjs", import.meta.url).pathname],
        format: "esm",
        target: "es2022",
        sourcemap: false,
        inject: [new URL("globals.mjs", import.meta.url).pathname],
        define: { global: "globalThis", "process.env.NODE_ENV": `"production"` },
        plugins: [icons, places],
    }),
    build({
        ...shared,
        entryPoints: ["indexeddb", "blurhash", "playback"].map((name) => join(SDK, `src/workers/${name}.worker.ts`)),
        inject: [new URL("globals.mjs", import.meta.url).pathname],
        plugins: [places],
    }),
    theme().then((stdin) => build({ ...shared, stdin, outfile: undefined, entryNames: "light", plugins: [places] })),
    languages(),
    cp(join(folderOf("@matrix-org/matrix-sdk-crypto-wasm"), "pkg"), join(OUT, "pkg"), { recursive: true }),
]);

// Workers are asked for by the names of their sources.
const app = join(OUT, "app.js");
await writeFile(app, (await readFile(app, "utf8")).replaceAll(".worker.ts", ".worker.js"));

// On a phone one sees either the rooms or one of them; what Element asks of everybody new is not what is looked at.
const alone = `<style>
    @media (max-width: 500px) {
        .mx_LeftPanel_outerWrapper, .mx_EventTile_msgOption { display: none }
        .mx_RoomHeader > :nth-child(n + 3) { display: none !important }
        .mx_RoomView_MessageList { padding: 0 8px !important }
        .mx_EventTile { --EventTile_content-margin-inline-end: 0px !important }
        .mx_EventTile_line { margin-inline-end: 0 !important }
    }
    .mx_ToastContainer, .mx_TopUnreadMessagesBar { display: none }
</style>`;
await writeFile(join(OUT, "version"), version);
await writeFile(
    join(OUT, "index.html"),
    `<!doctype html>
<html style="height: 100%">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color">
<link rel="stylesheet" data-mx-theme="light" href="light.css">
${WHOLE ? "" : alone}
</head>
<body style="height: 100%; margin: 0">
<section id="matrixchat" style="height: 100%"></section>
<script type="module" src="app.js"></script>
`,
);
