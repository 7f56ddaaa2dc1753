// Web Push: this browser as one that takes notices. Permission is asked for by a press of the button alone.
// Every page makes sure, once a visit, that the browser still is whose it was.
import { refresh } from "./htmx.js";
import { toast } from "./toast.js";

const WORKER = "/sw.js", BROWSERS = "/minha-conta/notificacoes/navegadores", CHECKED = "semaforo-push";
const card = () => document.querySelector("[data-push]");

// The one script address that may become a worker; made when it is needed, as a policy can be made once.
let policy;
function worker() {
	policy ??= window.trustedTypes?.createPolicy("worker", {
		createScriptURL(address) {
			if (address !== WORKER) throw new TypeError("not the service worker: " + address);
			return address;
		},
	});
	return policy?.createScriptURL(WORKER) ?? WORKER;
}

const possible = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function post(address, fields) {
	return fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
}

async function subscription() {
	const registration = await navigator.serviceWorker.getRegistration("/");
	return registration ? registration.pushManager.getSubscription() : null;
}

// granted, denied or prompt.
async function permission() {
	try {
		return (await navigator.permissions.query({ name: "notifications" })).state;
	} catch {
		return Notification.permission === "default" ? "prompt" : Notification.permission;
	}
}

function show(state) {
	for (const part of card()?.querySelectorAll("[data-push-state]") ?? []) {
		part.hidden = !part.dataset.pushState.split(" ").includes(state);
	}
}

async function look() {
	if (!card()) return;
	if (!isSecureContext) return show("insecure");
	if (!possible()) return show("unsupported");
	const allowed = await permission();
	if (allowed === "denied") return show("blocked");
	show(allowed === "granted" && (await subscription()) ? "on" : "off");
}

const bytes = (base64) => Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

async function activate() {
	if ((await Notification.requestPermission()) !== "granted") return look();
	show("busy");
	await navigator.serviceWorker.register(worker(), { scope: "/" });
	const registration = await navigator.serviceWorker.ready;
	// One that another installation's key was used for would be refused.
	await (await registration.pushManager.getSubscription())?.unsubscribe();
	const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(card().dataset.push) });
	const { endpoint, keys } = made.toJSON();
	const answer = await post(BROWSERS, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
	if (!answer.ok || answer.redirected) {
		await made.unsubscribe();
		throw new Error("not taken: " + answer.status);
	}
	toast({ tone: "green", key: "push", text: "Este navegador passa a receber os seus avisos." });
}

async function deactivate() {
	const made = await subscription();
	if (made) {
		await post(BROWSERS + "/desativar", { endpoint: made.endpoint });
		await made.unsubscribe();
	}
	toast({ tone: "neutral", key: "push", text: "Este navegador não recebe mais avisos." });
}

document.addEventListener("click", async ({ target }) => {
	const button = target.closest?.("[data-push-on], [data-push-off]");
	if (!button) return;
	button.disabled = true;
	try {
		await ("pushOn" in button.dataset ? activate() : deactivate());
		await look();
		refresh();
	} catch {
		show("failed");
	}
	button.disabled = false;
});

// Whoever else signs in here must not see another's notices.
async function check() {
	if (!document.querySelector("[data-stream]")) return sessionStorage.removeItem(CHECKED);
	if (!possible() || sessionStorage.getItem(CHECKED) || (await permission()) !== "granted") return;
	const made = await subscription();
	if (!made) return;
	const answer = await post(BROWSERS + "/conferir", { endpoint: made.endpoint });
	if (!answer.ok || answer.redirected) return;
	sessionStorage.setItem(CHECKED, "yes");
	if (!(await answer.json()).known) await made.unsubscribe();
	await look();
}

look().then(check).catch(() => {}); // off line: the next page may get through
