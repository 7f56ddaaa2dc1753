import "htmx.org/dist/htmx.esm.js";
import "htmx.org/dist/ext/hx-csp.js";
import "htmx.org/dist/ext/hx-sse.js";

export const htmx = window.htmx;

// A lost stream tries again after half a second at first, and never waits longer than this.
htmx.config.sse = { reconnectMaxDelay: 10000 };

// What needs scripts shows only where they run.
document.documentElement.dataset.js = "";

// Listens on the document to an event of htmx; the request is handed over with the event.
export function onHtmx(name, handle) {
	document.addEventListener("htmx:" + name, (event) => handle(event.detail.ctx, event.detail, event));
}

// The value of one of our answer headers, or null where there was no answer.
export const header = (ctx, name) => ctx.response?.headers?.get(name) ?? null;

// Tells every live part of the page to fetch itself.
export const refresh = () => htmx.trigger(document.body, "refresh");

// htmx 4.0.1 swallows a click with ctrl, cmd or shift on a link it handles, so that no new tab opens:
// the click must not reach it.
document.addEventListener("click", (event) => {
	if (!(event.ctrlKey || event.metaKey || event.shiftKey)) return;
	if (event.target.closest?.("a[href][hx-get]")) event.stopImmediatePropagation();
}, true);
