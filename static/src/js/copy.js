// <button data-copy="text"> puts the text on the clipboard and says so.
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
	const text = event.target.closest?.("[data-copy]")?.dataset.copy;
	if (text === undefined) return;
	try {
		await navigator.clipboard.writeText(text);
		toast({ tone: "green", key: "copy", text: "Copiado." });
	} catch {
		// The clipboard is closed to plain http and to pages the person has not allowed.
		toast({ tone: "yellow", key: "copy", text: "O navegador não deixou copiar. Selecione o texto e copie." });
	}
});
