// A page's own form with work in it (data-guard) asks before it is left behind. A dialog's sees to itself: panel.js.
import { onHtmx } from "./htmx.js";
import { ask } from "./ask.js";

const OWN = "form[data-guard]:not(dialog *)";
const own = (elt) => (elt.form?.matches(OWN) ? elt.form : null);
const unsaved = () => document.querySelectorAll(OWN + "[data-sujo]");
const forget = () => unsaved().forEach((form) => delete form.dataset.sujo);

// A form that comes back with what was typed and refused holds work already.
function refused() {
	for (const form of document.querySelectorAll(OWN)) {
		if (form.querySelector('[aria-invalid="true"], [role="alert"]')) form.dataset.sujo = "";
	}
}
// A page that was only fetched has it all in its address.
if (performance.getEntriesByType("navigation")[0]?.responseStatus >= 400) refused();
onHtmx("after:swap", refused);

for (const name of ["input", "change"]) {
	document.addEventListener(name, ({ target }) => {
		const form = own(target);
		if (form) form.dataset.sujo = "";
	});
}

// What the browser sends is no longer here to lose; what htmx sends is told by its answer.
document.addEventListener("submit", (event) => {
	if (!event.defaultPrevented && event.target.matches(OWN)) forget();
});

document.addEventListener("click", async (event) => {
	const link = event.target.closest?.("a[href]");
	if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
	// What opens beside the page or over it leaves nothing behind.
	if (link.target || link.download || link.hasAttribute("hx-get") || link.getAttribute("href").startsWith("#")) return;
	if (link.closest("dialog") || !unsaved().length) return;
	event.preventDefault();
	if (!(await ask())) return;
	forget();
	link.click();
});

addEventListener("beforeunload", (event) => {
	// Who has touched nothing is not asked, and the browser would refuse to.
	if (navigator.userActivation?.hasBeenActive && unsaved().length) event.preventDefault();
});
