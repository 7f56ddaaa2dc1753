// What a tab shows while nobody looks at it: "(3) Conversas" and a favicon in the worst colour.
import { htmx, onHtmx } from "./htmx.js";
import { heard, lastHeard } from "./stream.js";

const POLL = 20_000;
const icon = document.getElementById("favicon");
const address = document.documentElement.dataset.summary;
const counted = /^\((\d+)\) /;
let count = Number(counted.exec(document.title)?.[1] ?? 0);

function show(summary) {
	count = summary.count ?? 0;
	title();
	const href = icon?.dataset[summary.colour || "neutral"] ?? icon?.dataset.neutral;
	if (href && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}

function title() {
	const bare = document.title.replace(counted, "");
	const text = count > 0 ? `(${count}) ${bare}` : bare;
	if (document.title !== text) document.title = text;
}

document.addEventListener("summary", (event) => show(JSON.parse(event.detail.data)));
onHtmx("after:swap", () => queueMicrotask(title));

// The stream rests in background tabs; a small question now and then keeps title and favicon true, and has an
// alert heard.
if (address) {
	setInterval(async () => {
		if (!document.hidden) return;
		try {
			const answer = await fetch(address + "?after=" + encodeURIComponent(lastHeard()), { headers: { Accept: "application/json" } });
			if (answer.ok && !answer.redirected) rested(await answer.json());
		} catch {
			// Off line: the next one may get through.
		}
	}, POLL);
}

function rested(news) {
	show(news);
	heard(news.last);
	if (news.toast) htmx.trigger(document.body, "toast", { data: JSON.stringify(news.toast) });
}
