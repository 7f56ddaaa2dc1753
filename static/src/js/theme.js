// Light, dark or the system's look: a cookie the server reads for the next page, and this page at once.
const YEAR = 365 * 24 * 60 * 60;

document.addEventListener("submit", (event) => {
	const form = event.target;
	if (!form.matches("[data-themes]") || !event.submitter) return;
	event.preventDefault();
	const { value } = event.submitter;
	const root = document.documentElement;
	if (value) root.dataset.theme = value;
	else delete root.dataset.theme;
	document.cookie = `theme=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax`;
	for (const button of document.querySelectorAll("[data-themes] button")) {
		button.setAttribute("aria-pressed", String(button.value === value));
	}
});
