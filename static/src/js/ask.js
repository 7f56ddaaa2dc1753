// Our own question in place of window.confirm: ask() opens <dialog id="ask"> and resolves to true or false.
import { onHtmx } from "./htmx.js";

const dialog = document.getElementById("ask");
const part = (name) => dialog.querySelector(`[data-ask="${name}"]`);
const label = (name) => part(name).querySelector(".button-label") ?? part(name);
const usual = dialog && {
	title: part("title").textContent,
	text: part("text").textContent,
	yes: label("yes").textContent.trim(),
	no: label("no").textContent.trim(),
};

export function ask(words = {}) {
	const say = { ...usual, ...words };
	part("title").textContent = say.title;
	part("text").textContent = say.text;
	label("yes").textContent = say.yes;
	label("no").textContent = say.no;
	dialog.returnValue = "no";
	if (!dialog.open) dialog.showModal();
	return new Promise((resolve) => {
		const answered = () => {
			// The close of an earlier question may be told only when this one is open.
			if (dialog.open) return;
			dialog.removeEventListener("close", answered);
			resolve(dialog.returnValue === "yes");
		};
		dialog.addEventListener("close", answered);
	});
}

// Whether a question stands open.
export const asking = () => dialog.open;

// hx-confirm="Excluir o fluxo Plantão?" asks here.
onHtmx("confirm", (ctx, detail, event) => {
	if (!dialog) return;
	event.preventDefault();
	ask({ title: ctx.confirm, text: "", yes: "Sim", no: "Cancelar" })
		.then((yes) => (yes ? detail.issueRequest() : detail.dropRequest()));
});
