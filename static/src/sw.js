// The service worker: shows what is pushed, and opens the conversation it is about. It keeps nothing and
// answers no page's requests.
const MANY = 3;
const list = "/conversas";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(event.data?.json() ?? {})));

async function show({ title = "Semáforo", body = "", url = list, tag = "" }) {
	const others = (await self.registration.getNotifications()).filter((n) => n.tag !== tag);
	// More than a few at once say only how many there are: a burst must not bury the screen.
	if (others.length >= MANY) {
		const total = 1 + others.reduce((sum, n) => sum + (n.data?.count ?? 1), 0);
		for (const n of others) n.close();
		return notify(`${total} conversas em alerta`, { body: "", tag: "conversations", data: { url: list, count: total } });
	}
	return notify(title, { body, tag, data: { url, count: 1 } });
}

// Whoever looks at a page of ours has its own toast and sound: then this one makes none.
async function notify(title, options) {
	const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
	const silent = tabs.some((tab) => tab.visibilityState === "visible");
	return self.registration.showNotification(title, { lang: "pt-BR", renotify: options.tag !== "", silent, ...options });
}

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	event.waitUntil(open(event.notification.data?.url ?? list));
});

// Only a page of ours is opened, whatever was pushed: the tab that is there already, else the list's, else a new
// one. What somebody is at work on in another tab stays.
async function open(path) {
	const address = new URL(path, self.location.origin);
	if (address.origin !== self.location.origin) return;
	const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
	const at = (pathname) => tabs.find((tab) => new URL(tab.url).pathname === pathname);
	const there = at(address.pathname);
	if (there) return there.focus();
	const moved = await at(list)?.navigate(address.href).catch(() => null);
	return moved ? moved.focus() : self.clients.openWindow(address.href);
}

// The push service gave this browser another address: the server learns it, as long as its person is signed in.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
	const made = newSubscription ?? (await self.registration.pushManager.subscribe(oldSubscription.options));
	const { endpoint, keys } = made.toJSON();
	const fields = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, old: oldSubscription?.endpoint ?? "" });
	await fetch("/minha-conta/notificacoes/navegadores", { method: "POST", body: fields });
}
