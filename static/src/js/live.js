// Live lists: a part marked data-live fetches itself and is morphed. While somebody points at a row, has
// one focused or a menu open, the rows keep their order (colours and texts change, newcomers come last,
// the vanished leave a gap); the true order is fetched on release.
import { onHtmx, refresh } from "./htmx.js";

// A mouse that rests on the list must not freeze it for ever.
const IDLE = 30_000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// A finger leaves a hover behind where it last touched; only what can point is pointing.
let active = Date.now(), points = false;
for (const name of ["pointermove", "pointerdown", "wheel", "keydown"]) {
	document.addEventListener(name, ({ pointerType }) => {
		active = Date.now();
		if (pointerType) points = pointerType !== "touch";
	}, { passive: true, capture: true });
}

function held(list) {
	if (Date.now() - active > IDLE) return false;
	return (points && list.matches(":hover"))
		|| list.contains(document.activeElement)
		|| document.querySelector(".menu-list:popover-open") !== null;
}

const rowsOf = (list) => [...list.children].filter((row) => row.matches("[data-row]"));

function gap(row) {
	if (row.matches("[data-gone]")) return row.cloneNode(true);
	const place = document.createElement("li");
	place.className = "row row-gone";
	place.dataset.row = "";
	place.dataset.gone = "";
	place.textContent = (row.querySelector(".row-link")?.textContent ?? "A conversa") + " saiu desta lista";
	return place;
}

function hold(list, incoming) {
	const coming = new Map(rowsOf(incoming).map((row) => [row.id, row]));
	const ordered = rowsOf(list).map((row) => {
		const next = coming.get(row.id);
		coming.delete(row.id);
		return next ?? gap(row);
	});
	incoming.append(...ordered, ...coming.values());
}

// Waits for the release of a held list; only then is anything looked at again and again.
let waiting = 0;
function wait() {
	waiting ||= setInterval(() => {
		if ([...document.querySelectorAll("[data-live] [data-rows]")].some(held)) return;
		clearInterval(waiting);
		waiting = 0;
		refresh();
	}, 200);
}

const tops = (list) => new Map(rowsOf(list).map((row) => [row.id, row.getBoundingClientRect().top]));

// Rows slide to their new places, so that one sees which went where.
function slide(list, before) {
	if (calm.matches || document.hidden) return;
	for (const row of rowsOf(list)) {
		const way = before.get(row.id) - row.getBoundingClientRect().top;
		if (way) row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], { duration: 180, easing: "ease-out" });
	}
}

const seen = new WeakMap();

onHtmx("before:swap", (ctx, { tasks }) => {
	for (const task of tasks) {
		const list = task.target?.querySelector?.("[data-rows]");
		const incoming = task.fragment?.querySelector?.("[data-rows]");
		if (!task.target?.matches?.("[data-live]") || !list || !incoming || ctx.sourceElement !== task.target) continue;
		const row = document.activeElement?.closest?.("[data-row]");
		seen.set(ctx, { id: list.id, before: tops(list), order: rowsOf(list).map((r) => r.id), focused: list.contains(row) ? row.id : null });
		if (!held(list)) continue;
		hold(list, incoming);
		wait();
	}
});

onHtmx("after:swap", (ctx) => {
	const state = seen.get(ctx);
	const list = state && document.getElementById(state.id);
	if (!list) return;
	seen.delete(ctx);
	slide(list, state.before);
	if (state.focused && !document.getElementById(state.focused)) neighbour(state)?.focus({ preventScroll: true });
});

// The row that stood after a vanished one, else the one before it.
function neighbour({ order, focused }) {
	const at = order.indexOf(focused);
	for (const id of [...order.slice(at + 1), ...order.slice(0, at).reverse()]) {
		const link = document.getElementById(id)?.querySelector("a[href]");
		if (link) return link;
	}
	return document.getElementById("main");
}
