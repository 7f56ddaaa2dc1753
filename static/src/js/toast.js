// Toasts: boxes marked data-toast, put into their region by an answer's HTML, by its header "Toast", or by
// the stream's event "toast". They go by themselves, except the urgent ones, and not while somebody points
// at one, has it focused, looks elsewhere or is in a dialog.
import { header, onHtmx } from "./htmx.js";

const STAY = 6000, STAY_LINK = 12_000, STEP = 250;
const region = document.querySelector("[data-toasts]");
const narrow = matchMedia("(max-width: 40rem)");
// On a phone more than two would cover what one works with.
const limit = () => (narrow.matches ? 2 : Number(region.dataset.limit) || 4);
const left = new WeakMap();
let timer = 0;

export function toast({ tone = "neutral", text, href = "", link = "Abrir", key = "", urgent = false }) {
	const template = document.querySelector(`[data-toast-template="${tone}"]`) ?? document.querySelector("[data-toast-template]");
	if (!template || !text) return;
	const box = template.content.firstElementChild.cloneNode(true);
	box.querySelector("p").textContent = text;
	const anchor = box.querySelector("a[href]");
	// Only an address of our own may be followed from a message.
	if (/^\/(?!\/)/.test(href)) Object.assign(anchor, { href, textContent: link });
	else anchor.remove();
	box.dataset.key = key;
	if (urgent) box.dataset.urgent = "";
	document.getElementById(urgent ? "alerts" : "toasts").append(box);
}

const all = () => [...region.querySelectorAll("[data-toast]")];

function added(box) {
	const { key } = box.dataset;
	for (const other of all()) if (key && other !== box && other.dataset.key === key) other.remove();
	const boxes = all();
	const spare = boxes.length - limit();
	if (spare > 0) boxes.filter((b) => b !== box).sort((a, b) => ("urgent" in a.dataset) - ("urgent" in b.dataset)).slice(0, spare).forEach((b) => b.remove());
	if ("urgent" in box.dataset) return;
	left.set(box, box.querySelector("a[href]") ? STAY_LINK : STAY);
	timer ||= setInterval(step, STEP);
}

function step() {
	const boxes = all().filter((box) => left.has(box));
	if (!boxes.length) {
		clearInterval(timer);
		timer = 0;
		return;
	}
	if (document.hidden || region.matches(":hover, :focus-within") || document.querySelector("dialog:modal")) return;
	for (const box of boxes) {
		left.set(box, left.get(box) - STEP);
		if (left.get(box) <= 0) box.remove();
	}
}

if (region) {
	all().forEach(added);
	new MutationObserver((changes) => {
		for (const change of changes) {
			for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) added(node);
		}
	}).observe(region, { childList: true, subtree: true });
}

document.addEventListener("click", (event) => {
	const box = event.target.closest?.("[data-dismiss]")?.closest("[data-toast]");
	if (!box) return;
	const next = box.nextElementSibling ?? box.previousElementSibling;
	box.remove();
	(next?.querySelector("[data-dismiss]") ?? document.getElementById("main"))?.focus({ preventScroll: true });
});

document.addEventListener("toast", (event) => toast(JSON.parse(event.detail.data)));
onHtmx("finally:request", (ctx) => {
	const words = header(ctx, "Toast");
	if (words) toast(JSON.parse(words));
});

// An answer that never came, or a broken server, must not look like a button that does nothing.
onHtmx("error", (ctx) => {
	if (!ctx || ctx.sourceElement?.matches?.("[data-stream], [data-live], [data-answer]")) return;
	toast({ tone: "red", key: "request", text: "Não deu para falar com o servidor. Confira a conexão e tente de novo." });
});
onHtmx("response:error", (ctx) => {
	if (ctx.sourceElement?.matches?.("[data-stream], [data-live], [data-answer]") || ctx.response.status < 500) return;
	toast({ tone: "red", key: "request", text: "O servidor não conseguiu atender. Tente de novo em instantes." });
});
