// A box marked data-filter="ID" shows, of the choices in the element with that id, those whose words hold
// what is typed, however it is accented. What is chosen always shows.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

document.addEventListener("input", ({ target }) => {
	const list = document.getElementById(target.dataset?.filter ?? "");
	if (!list) return;
	const sought = fold(target.value);
	for (const choice of list.querySelectorAll(".choice")) {
		choice.hidden = !fold(choice.textContent).includes(sought) && !choice.querySelector("input:checked");
	}
});

// Enter in the box must not send the form.
for (const name of ["keydown", "keypress"]) {
	document.addEventListener(name, (event) => {
		if (event.key === "Enter" && event.target.matches?.("[data-filter]")) event.preventDefault();
	});
}
