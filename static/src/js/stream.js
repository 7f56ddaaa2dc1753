// The live stream (<div data-stream hx-sse:connect="…">): says when it is lost, brings it back, and has the
// live parts fetch themselves whenever it returns, because what happened meanwhile was not heard.
import { htmx, onHtmx, refresh } from "./htmx.js";

const PATIENCE = 3000;
const stream = document.querySelector("[data-stream]");
const banner = document.querySelector("#offline > p");
let opened = false, leaving = false, failures = 0, warning = 0;

const connection = () => stream?._htmx?.sse;

// The last event this tab has heard. What it learns elsewhere while its stream rests, it need not hear again.
export const lastHeard = () => connection()?.lastEventId ?? "";
export function heard(id) {
	if (connection()) connection().lastEventId = id;
}

function up() {
	clearTimeout(warning);
	warning = failures = 0;
	if (banner) banner.hidden = true;
	if (opened) refresh();
	opened = true;
}

function down() {
	if (leaving || document.hidden) return;
	warning ||= setTimeout(() => { if (banner) banner.hidden = false; }, PATIENCE);
}

// htmx reconnects a stream that was open once; a first try that failed is ours to repeat.
function again() {
	if (leaving || connection()) return;
	down();
	setTimeout(() => {
		if (!leaving && !connection()) htmx.trigger(stream, "reconnect");
	}, Math.min(10_000, 1000 * 2 ** failures++));
}

if (stream) {
	stream.addEventListener("htmx:sse:before:connection", ({ detail }) => {
		if (leaving) detail.connection.cancelled = true;
		else if (detail.connection.attempt > 0) down();
	});
	stream.addEventListener("htmx:sse:after:connection", up);
	stream.addEventListener("htmx:sse:error", ({ detail }) => {
		// The session ended: the page itself knows where to sign in.
		if (detail.status === 401 || detail.status === 403) location.reload();
		down();
	});
	// Another tab went to another store: this one's page is of the store that was left.
	document.addEventListener("left", () => location.reload());
	for (const name of ["error", "response:error"]) {
		onHtmx(name, (ctx) => {
			if (ctx?.sourceElement !== stream) return;
			if (ctx.response?.status === 401) location.reload();
			else again();
		});
	}
	addEventListener("online", () => connection()?.delayCanceller?.());
	addEventListener("pagehide", () => {
		leaving = true;
		connection()?.abortController?.abort();
	});
	addEventListener("pageshow", ({ persisted }) => {
		if (!persisted) return;
		leaving = false;
		failures = 0;
		again();
	});
}
