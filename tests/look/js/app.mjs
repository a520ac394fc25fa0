/**
 * Element Web without telemetry, updates and app stores; the address names the homeserver and the language, or has a
 * token that signs in: then a page of the same host has left word of the homeserver, where Element itself looks for it.
 * What config.json beside it says counts, as in a release.
 */
import React from "react";
import { render } from "react-dom";
import BasePlatform from "matrix-react-sdk/src/BasePlatform.ts";
import PlatformPeg from "matrix-react-sdk/src/PlatformPeg.ts";
import SdkConfig from "matrix-react-sdk/src/SdkConfig.ts";

const asked = new URL(location.href).searchParams;
const loginToken = asked.get("loginToken");
const homeserver = asked.get("homeserver") ?? localStorage.getItem("mx_sso_hs_url");
const language = asked.get("language") ?? navigator.language.slice(0, 2);

// A release sends phones to a page about its apps, unless its own sign that they stay is there.
const isPhone = /iPad|iPhone|iPod|Android/.test(navigator.userAgent);
if (isPhone && !location.hash && !document.cookie.includes("element_mobile_redirect_to_guide=false")) {
    location.href = "mobile_guide/";
    await new Promise(() => null);
}

class Platform extends BasePlatform {
    getConfig = async () => SdkConfig.get();
    getDefaultDeviceDisplayName = () => "Element";
    getHumanReadableName = () => "Element";
    getAppVersion = async () => "1.11";
    supportsNotifications = () => Boolean(window.Notification);
    maySendNotifications = () => window.Notification.permission === "granted";
    requestNotificationPermission = async () => "denied";
    reload = () => location.reload();
}

const beside = await fetch("config.json").then((answer) => (answer.ok ? answer.json() : {}));
window.mx_rage_logger = { bypassRageshake() {} };
PlatformPeg.set(new Platform());
SdkConfig.put({
    brand: "Element",
    default_theme: "light",
    disable_custom_urls: true,
    disable_guests: true,
    features: { feature_release_announcement: false },
    embedded_pages: { login_for_welcome: true },
    ...beside,
    validated_server_config: { hsUrl: homeserver, hsName: asked.get("server") ?? homeserver, isUrl: "" },
});
// What follows reads the configuration as soon as it is loaded.
const { setLanguage } = await import("matrix-react-sdk/src/languageHandler.tsx");
const { setTheme } = await import("matrix-react-sdk/src/theme.ts");
const { default: MatrixChat } = await import("matrix-react-sdk/src/components/structures/MatrixChat.tsx");
await setLanguage(language);
await setTheme("light");

let chat;
addEventListener("hashchange", () => chat.showScreen(location.hash.slice(2)));
const given = {
    ref: (shown) => (chat = shown),
    config: SdkConfig.get(),
    onNewScreen: (screen) => history.replaceState(null, "", `${location.search}#/${screen}`),
    realQueryParams: loginToken ? { loginToken } : {},
    startingFragmentQueryParams: {},
    onTokenLoginCompleted: () => history.replaceState(null, "", location.pathname),
    initialScreenAfterLogin: { screen: "home", params: {} },
};
render(React.createElement(MatrixChat, given), document.getElementById("matrixchat"));
