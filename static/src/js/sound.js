// The sounds of alerts, made here: no file to fetch. The server says with an alert whether it sounds for this
// person now, and how loud. A browser lets a page sound only once somebody has touched it.
import { toast } from "./toast.js";

const KEY = "semaforo-sounded";
const HELD = "O navegador segura o som dos alertas até você clicar em algum lugar desta página.";

// Notes of an alert: pitch in Hz, beginning and length in seconds. The 2nd one insists.
const NOTES = {
	1: [[587, 0, 0.16], [784, 0.16, 0.3]],
	2: [[880, 0, 0.14], [660, 0.17, 0.14], [880, 0.34, 0.14], [660, 0.51, 0.3]],
};

let audio = null, told = false;
const running = () => audio?.state === "running";

// Made and resumed by a gesture alone: before one, the browser would refuse and complain.
function unlock() {
	if (!window.AudioContext) return Promise.resolve();
	audio ??= new AudioContext();
	return running() ? Promise.resolve() : audio.resume();
}
for (const name of ["pointerdown", "keydown"]) {
	document.addEventListener(name, () => { unlock().catch(() => {}); }, { capture: true, passive: true });
}

function play(step, volume) {
	// Ears hear a loudness that grows with its square as even.
	const peak = 0.5 * (volume / 100) ** 2;
	for (const [pitch, begin, length] of NOTES[step] ?? NOTES[1]) {
		const at = audio.currentTime + begin;
		const tone = audio.createOscillator();
		const loudness = audio.createGain();
		tone.type = step === 2 ? "triangle" : "sine";
		tone.frequency.value = pitch;
		loudness.gain.setValueAtTime(0, at);
		loudness.gain.linearRampToValueAtTime(peak, at + 0.02);
		loudness.gain.exponentialRampToValueAtTime(0.0001, at + length);
		tone.connect(loudness).connect(audio.destination);
		tone.start(at);
		tone.stop(at + length);
	}
}

const sounded = (id) => (localStorage.getItem(KEY) ?? "") >= id;

// Of all tabs that hear of an alert one sounds; one that may not leaves it to the others.
function sound({ id, step, volume }) {
	if (!running()) {
		setTimeout(() => {
			if (told || sounded(id) || document.hidden) return;
			told = true;
			toast({ tone: "accent", key: "sound", text: HELD });
		}, 1000);
		return;
	}
	const turn = () => {
		if (sounded(id)) return;
		localStorage.setItem(KEY, id);
		play(step, volume);
	};
	// Without https there are no locks; then two tabs may sound at the very same moment.
	if (navigator.locks) navigator.locks.request(KEY, turn);
	else turn();
}

document.addEventListener("toast", ({ detail }) => {
	const { sound: wanted } = JSON.parse(detail.data);
	if (wanted) sound(wanted);
});

// Preferences: a slider says its value, a button lets it be heard.
document.addEventListener("input", ({ target }) => {
	if (target.matches?.("[data-slider]")) target.parentElement.querySelector("output").value = target.value + "%";
});

document.addEventListener("click", async ({ target }) => {
	const button = target.closest?.("[data-sound-test]");
	if (!button) return;
	const volume = Number(document.getElementById(button.dataset.volume).value);
	try {
		await unlock();
		if (!running()) throw new Error("no sound");
		play(Number(button.dataset.soundTest), volume);
		if (!volume) toast({ tone: "neutral", key: "sound", text: "O volume está em zero: não há o que ouvir." });
	} catch {
		toast({ tone: "red", key: "sound", text: "Este navegador não deixou tocar o som. Confira se a aba ou o aparelho está no silencioso." });
	}
});
