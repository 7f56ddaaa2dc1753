import { header, onHtmx } from "./htmx.js";

// A box marked data-check="NAME" ticks all boxes of that name in its form, and shows whether all of them are.
const boxes = (all) => [...(all.form?.querySelectorAll(`input[type=checkbox][name="${all.dataset.check}"]`) ?? [])];

document.addEventListener("change", ({ target }) => {
	if (target.matches?.("[data-check]")) {
		for (const box of boxes(target)) box.checked = target.checked;
		return;
	}
	const all = target.form?.querySelector(`[data-check="${target.name}"]`);
	if (!all) return;
	const ticked = boxes(all).filter((box) => box.checked).length;
	all.checked = ticked > 0 && ticked === boxes(all).length;
	all.indeterminate = ticked > 0 && !all.checked;
});

// What was asked of the ticked rows has been done: a morph would leave the ticks lying.
onHtmx("after:swap", (ctx) => {
	if (header(ctx, "Panel") !== "close") return;
	for (const all of document.querySelectorAll("[data-check]")) {
		for (const box of [all, ...boxes(all)]) box.checked = box.indeterminate = false;
	}
});
