// The side panel and the centred dialog: <dialog data-dialog>, filled by htmx (hx-target="#panel") and
// opened or closed by the answer's header "Panel: open" or "Panel: close".
import { header, onHtmx } from "./htmx.js";
import { ask, asking } from "./ask.js";

const dialogOf = (elt) => elt?.closest?.("dialog[data-dialog]") ?? null;
const dirty = (dialog) => dialog.dataset.sujo !== undefined;

// By dialog: the id of the element that opened it, and whether the page's own address shows it.
const openers = new WeakMap();
// The same for a dialog that is closing.
const returns = new WeakMap();
const addressed = new WeakSet();
// Where in each dialog the focus last was.
const places = new WeakMap();
// The button that last opened each popover, for an opener that was an item of a menu.
const invokers = new Map();
let returnTo = null;

function open(dialog) {
	if (dialog.matches(":modal")) return;
	dialog.removeAttribute("open");
	dialog.showModal();
}

// Closes without a question: the work is done, or was given up.
function finish(dialog) {
	delete dialog.dataset.sujo;
	if (!dialog.open) return;
	// The close is told a little later, when the dialog may have been asked for anew.
	returns.set(dialog, openers.get(dialog) ?? "");
	openers.delete(dialog);
	dialog.close();
}

// Esc is counted, because one press may close the question and the dialog under it:
// the press that refused must not ask again.
let presses = 0, refused = -1, question = null;
document.addEventListener("keydown", (event) => { if (event.key === "Escape") presses++; }, true);

async function leave(dialog) {
	if (dirty(dialog)) {
		if (question && asking()) return;
		// One that is just closing is answered first.
		await question;
		question = ask();
		const yes = await question;
		question = null;
		if (!yes || !dialog.open) return;
	}
	finish(dialog);
}

// Takes the content away, so that no id stands twice, and gives the focus back.
function closed(dialog) {
	dialog.replaceChildren();
	if (addressed.delete(dialog) && dialog.dataset.back) history.replaceState(null, "", dialog.dataset.back);
	returnTo = returns.get(dialog) ?? openers.get(dialog) ?? "";
	if (!returns.delete(dialog)) openers.delete(dialog);
	giveBack();
}

function giveBack() {
	if (returnTo === null) return;
	const opener = document.getElementById(returnTo);
	const place = visible(opener) ?? visible(invokers.get(opener?.closest("[popover]")?.id)) ?? document.getElementById("main");
	place?.focus({ preventScroll: true });
	// An opener that can no longer be used takes no focus.
	if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
}

const visible = (elt) => (elt?.isConnected && elt.checkVisibility() ? elt : null);

// A page whose address shows a panel comes with it open; without scripts it stays a part of the page.
for (const dialog of document.querySelectorAll("dialog[data-dialog][open]")) {
	addressed.add(dialog);
	open(dialog);
}

onHtmx("before:request", (ctx) => {
	const dialog = dialogOf(ctx.target);
	returnTo = null;
	if (!dialog || dialog.contains(ctx.sourceElement)) return;
	openers.set(dialog, ctx.sourceElement.id || dialogOf(ctx.sourceElement)?.id || "");
	delete dialog.dataset.sujo;
});

let focused = "";
onHtmx("before:swap", (ctx, { tasks }) => {
	focused = document.activeElement === document.body ? "" : document.activeElement.id || "main";
	if (header(ctx, "Panel") !== "close") return;
	// What a closing answer brings belongs to the page: a rest meant for the dialog goes with it.
	for (const task of [...tasks]) if (task.type === "main" && dialogOf(task.target)) tasks.splice(tasks.indexOf(task), 1);
	document.querySelectorAll("dialog[data-dialog][open]").forEach(finish);
});

onHtmx("after:swap", (ctx) => {
	const dialog = dialogOf(ctx.target);
	if (dialog && header(ctx, "Panel") === "open") {
		open(dialog);
		// What was fetched anew holds no work yet, and what is no form never does.
		if (ctx.request?.method === "GET" || !dialog.querySelector("[data-guard]")) delete dialog.dataset.sujo;
		if (!dialog.contains(document.activeElement)) dialog.querySelector("h2")?.focus();
	} else if (document.activeElement === document.body) {
		giveBack();
		// What had the focus was written anew, or did its work and is gone (ASSUMIR): the keyboard must not be
		// sent back to the page's beginning.
		if (focused && document.activeElement === document.body) (visible(document.getElementById(focused)) ?? document.getElementById("main"))?.focus({ preventScroll: true });
	}
});

for (const name of ["input", "change"]) {
	document.addEventListener(name, (event) => {
		// What narrows a list down, or turns a picture, is no work to lose.
		if (!event.target.closest?.("[data-guard]") || event.target.matches("[data-filter], [data-view]")) return;
		const dialog = dialogOf(event.target);
		if (dialog) dialog.dataset.sujo = "";
	});
}

document.addEventListener("cancel", (event) => {
	if (event.target.id === "ask") refused = presses;
	// A cancel that cannot be stopped is followed by close, which deals with it.
	if (dialogOf(event.target) !== event.target || !event.cancelable) return;
	event.preventDefault();
	if (presses !== refused) leave(event.target);
}, true);

// A second Esc closes a dialog whatever its cancel event says, and may close the question with it: with
// unsaved work it comes back as it was, and asks unless that Esc was the answer.
document.addEventListener("close", (event) => {
	const dialog = event.target;
	if (dialogOf(dialog) !== dialog) return;
	if (!dirty(dialog)) return closed(dialog);
	const place = places.get(dialog);
	dialog.showModal();
	place?.focus();
	if (presses !== refused) leave(dialog);
}, true);

document.addEventListener("focusin", ({ target }) => {
	const dialog = dialogOf(target);
	if (dialog && dialog !== target) places.set(dialog, target);
});

document.addEventListener("click", (event) => {
	const invoker = event.target.closest?.("[popovertarget]");
	if (invoker) invokers.set(invoker.getAttribute("popovertarget"), invoker);
	const link = event.target.closest?.("[data-close]");
	const dialog = dialogOf(link);
	if (!dialog?.matches(":modal") || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	leave(dialog);
});

// A press on the backdrop closes, but not a drag that only ends there.
document.addEventListener("pointerdown", (event) => {
	if (dialogOf(event.target) !== event.target || !event.target.matches(":modal")) return;
	const box = event.target.getBoundingClientRect();
	const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
	if (!inside) leave(event.target);
});
