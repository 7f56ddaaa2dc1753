// A conversation's messages: the newest stays in sight, unless one has scrolled up to read; then a button
// says that there is more below.
import { onHtmx } from "./htmx.js";

const NEAR = 80;
const threads = () => document.querySelectorAll("[data-thread]");
const last = (thread) => [...thread.querySelectorAll("[id]")].at(-1)?.id ?? "";
const button = (thread) => document.querySelector(`[data-latest="${CSS.escape(thread.id)}"]`);

const below = (thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight;

function down(thread) {
	thread.scrollTop = thread.scrollHeight;
	more(thread, false);
}

function more(thread, shown) {
	const elt = button(thread);
	if (elt) elt.hidden = !shown;
}

let before = new Map();
onHtmx("before:swap", () => {
	before = new Map([...threads()].map((thread) => [thread.id, { below: below(thread), low: below(thread) < NEAR, last: last(thread) }]));
});
onHtmx("after:swap", (ctx) => {
	const own = ctx.sourceElement?.matches?.("[data-composer]");
	const older = ctx.sourceElement?.matches?.(".thread-older");
	for (const thread of threads()) {
		const was = before.get(thread.id);
		// What comes in above must not push away what is being read.
		if (was && older) thread.scrollTop = thread.scrollHeight - thread.clientHeight - was.below;
		else if (!was || was.low || own) down(thread);
		else if (was.last !== last(thread)) more(thread, true);
	}
});

document.addEventListener("scroll", ({ target }) => {
	if (target.matches?.("[data-thread]") && below(target) < NEAR) more(target, false);
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
	const id = event.target.closest?.("[data-latest]")?.dataset.latest;
	const thread = id && document.getElementById(id);
	if (!thread) return;
	down(thread);
	thread.focus({ preventScroll: true });
});

threads().forEach(down);
