// The composer: Enter sends, Shift+Enter breaks the line, and what was typed survives a reload until it is
// sent. Drafts are kept in this browser alone, by conversation, and go with the sign-out.
import { onHtmx } from "./htmx.js";

const PREFIX = "draft:";
const formOf = (elt) => elt?.closest?.("form[data-composer]") ?? null;
const key = (form) => PREFIX + form.dataset.composer;

function store(name, text) {
	try {
		if (text) localStorage.setItem(name, text);
		else localStorage.removeItem(name);
	} catch {
		// No storage (private window, full disk): the text simply does not survive a reload.
	}
}

function restore() {
	for (const form of document.querySelectorAll("form[data-composer]")) {
		const box = form.elements.text;
		if (!box || form.dataset.restored === form.dataset.composer) continue;
		form.dataset.restored = form.dataset.composer;
		try {
			box.value ||= localStorage.getItem(key(form)) ?? "";
		} catch {
			// As above.
		}
	}
}

document.addEventListener("input", (event) => {
	const form = formOf(event.target);
	if (form && event.target.name === "text") store(key(form), event.target.value);
});

document.addEventListener("keydown", (event) => {
	const form = formOf(event.target);
	if (!form || event.target.name !== "text" || event.key !== "Enter") return;
	if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
	event.preventDefault();
	if (event.target.value.trim()) form.requestSubmit();
});

// What was sent is cleared only when it arrived, and only if nothing was typed since.
const sent = new WeakMap();
onHtmx("before:request", (ctx) => {
	const form = formOf(ctx.sourceElement);
	if (form) sent.set(ctx, { name: key(form), text: form.elements.text?.value });
});
onHtmx("finally:request", (ctx) => {
	const was = sent.get(ctx);
	const status = ctx.response?.status ?? 0;
	if (!was || status < 200 || status >= 300) return;
	const form = document.querySelector(`form[data-composer="${CSS.escape(was.name.slice(PREFIX.length))}"]`);
	const box = form?.elements.text;
	if (box?.value && box.value.trim() !== was.text?.trim()) return;
	store(was.name, "");
	if (!box) return;
	box.value = "";
	// So is what was wrong with it before.
	box.removeAttribute("aria-invalid");
	form.querySelector(".field-error")?.remove();
	box.focus();
});
onHtmx("after:swap", restore);

document.addEventListener("submit", (event) => {
	if (new URL(event.target.action, location.href).pathname !== "/sair") return;
	for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
});

restore();
