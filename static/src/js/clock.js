// Ticking times, by the server's clock at its speed: <time data-since|data-for|data-until="instant">.
import { header, onHtmx } from "./htmx.js";
import { words } from "./words.js";

const root = document.documentElement;
const clock = { server: Date.now(), here: Date.now(), speed: 1 };
let timer = 0;

export const now = () => clock.server + (Date.now() - clock.here) * clock.speed;

function set(server, speed, here = Date.now()) {
	if (!Number.isFinite(server)) return;
	Object.assign(clock, { server, here, speed: speed > 0 ? speed : clock.speed });
}

function tick() {
	const at = now();
	for (const mode of Object.keys(words)) {
		for (const time of document.querySelectorAll(`time[data-${mode}]`)) {
			const { prefix = "", suffix = "" } = time.dataset;
			const text = prefix + words[mode](at, Date.parse(time.dataset[mode])) + suffix;
			const place = time.firstElementChild ?? time;
			if (place.textContent !== text) place.textContent = text;
		}
	}
}

// Runs while the page is looked at, faster for a faster clock.
function run() {
	clearInterval(timer);
	if (document.hidden) return;
	tick();
	timer = setInterval(tick, Math.min(1000, Math.max(200, 1000 / clock.speed)));
}

// The page was written when its first byte came, not when this script ran.
const [entry] = performance.getEntriesByType("navigation");
const written = performance.timeOrigin + (entry?.responseStart ?? 0);
if (root.dataset.now) set(Number(root.dataset.now), Number(root.dataset.speed), written);

document.addEventListener("visibilitychange", run);
document.addEventListener("clock", (event) => {
	const { now: server, speed } = JSON.parse(event.detail.data);
	set(server, speed);
	run();
});
onHtmx("after:request", (ctx) => {
	const server = header(ctx, "Now");
	if (server) set(Number(server));
});
onHtmx("after:swap", tick);
run();
