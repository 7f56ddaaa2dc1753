// The customer's side of a conversation. Without scripts the form posts and the page reloads; with them
// messages go out and come in without one. Its markup is views/chatview/chat.templ; it reads of <body>:
//
//   data-messages  address of the messages, asked with ?after={cursor} and posted to
//   data-events    stream whose event "update" says that there is something to fetch; absent before the first
//                  message: the form then asks for a name, and posts as it would without scripts
//   data-cursor    the last message the page shows
//
// GET and POST of data-messages (form fields, Accept: application/json) answer
//   {"cursor","state","notice","closed","messages":[{"id","from","name","text","at":"RFC 3339","time":"14:30","day"}]}
// where POST's messages end with the one posted. A refused POST answers 4xx {"error":"…","closed":"…"}; "closed"
// says, while the chat is switched off, that what is typed stays where it is.
const page = document.querySelector("[data-chat]");
const log = document.getElementById("chat-log");
const form = document.getElementById("chat-form");
const box = document.getElementById("chat-text");
const state = document.getElementById("chat-state");
const notice = document.getElementById("chat-notice");
const closed = document.getElementById("chat-closed");
const error = document.getElementById("chat-error");
const embedded = window.parent !== window;
// The shop's page lays its own button over a corner of a frame that fills a phone.
page.toggleAttribute("data-embedded", embedded);
let cursor = page.dataset.cursor ?? "", said = state.textContent;

const low = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const down = () => { log.scrollTop = log.scrollHeight; };
const say = (place, text) => { if (place && place.textContent !== text) place.textContent = text; };

// The part of a page in a template of its own.
const part = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

function messages() {
	const address = new URL(page.dataset.messages, location.href);
	address.searchParams.set("after", cursor);
	return address;
}

function bubble({ id, from, name, text, at, time }) {
	const item = part("bubble");
	if (id) item.id = "m-" + id;
	item.classList.add("bubble-" + (from || "customer"));
	item.querySelector(".bubble-text").textContent = text;
	item.querySelector(".bubble-name").textContent = from === "customer" ? "" : (name ?? "");
	const stamp = item.querySelector("time");
	stamp.textContent = time ?? "";
	if (at) stamp.dateTime = at;
	return item;
}

// Shows an answer's messages; one that stands there already is not doubled.
function show(answer) {
	cursor = answer.cursor || cursor;
	said = answer.state;
	if (stream?.readyState !== EventSource.CONNECTING) say(state, said);
	const follow = low();
	for (const message of answer.messages) {
		if (document.getElementById("m-" + message.id)) continue;
		// What is still on its way stays below what has arrived.
		const before = log.querySelector("[data-sending]");
		if (message.day) {
			const day = part("day");
			day.textContent = message.day;
			log.insertBefore(day, before);
		}
		log.insertBefore(bubble(message), before);
		if (message.from !== "customer" && embedded) parent.postMessage({ semaforo: "message" }, "*");
	}
	say(notice, answer.notice);
	say(closed, answer.closed);
	if (!answer.closed && waiting) {
		waiting = false;
		say(error, "");
	}
	if (follow) down();
}

let fetching = false, again = false;
async function load() {
	if (fetching) return void (again = true);
	fetching = true;
	try {
		const answer = await fetch(messages(), { headers: { Accept: "application/json" } });
		// Whoever wrote here is no longer known: another tab has forgotten them.
		if (answer.status === 401) return location.reload();
		if (answer.ok) show(await answer.json());
	} catch {
		// The stream's own state says that the connection is gone; it loads anew when it is back.
	} finally {
		fetching = false;
	}
	if (!again) return;
	again = false;
	load();
}

// One at a time and in order; each keeps its key, so that a repeat is recognised.
let queue = Promise.resolve();
function send(fields, item) {
	queue = queue.then(async () => {
		const button = item.querySelector(".bubble-again");
		button.hidden = true;
		say(item.querySelector(".bubble-name"), "Enviando…");
		try {
			const answer = await fetch(messages(), { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
			const body = await answer.json();
			if (body.closed) return keep(fields, item, body);
			if (!answer.ok) throw new Error(body.error);
			item.remove();
			say(error, "");
			show(body);
			down();
		} catch (problem) {
			say(item.querySelector(".bubble-name"), "");
			say(error, problem instanceof TypeError || problem instanceof SyntaxError ? "Sem conexão com a loja." : problem.message);
			button.hidden = false;
			button.onclick = () => send(fields, item);
		}
	});
}

// The chat was switched off: the words go back to where they were typed, before what has been typed since.
let waiting = false;
function keep(fields, item, answer) {
	item.remove();
	box.value = [fields.get("text"), box.value].filter(Boolean).join("\n");
	form.elements.key.value = fields.get("key");
	waiting = true;
	say(closed, answer.closed);
	say(error, answer.error);
}

function submit(event) {
	event.preventDefault();
	const fields = new FormData(form);
	const text = String(fields.get("text") ?? "").trim();
	if (!text) return;
	fields.set("text", text);
	const item = bubble({ from: "customer", text });
	item.dataset.sending = "";
	log.append(item);
	down();
	box.value = "";
	box.focus();
	form.elements.key.value = key();
	send(fields, item);
}

const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

// Enter sends, Shift+Enter breaks the line; on a phone's keyboard Enter breaks it, too.
let shifted = false;
function enter(event) {
	if (event.inputType !== "insertLineBreak" || shifted || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
	event.preventDefault();
	form.requestSubmit();
}

// The stream rests while nobody looks, so that many open tabs do not use up the browser's connections.
let stream = null, lost = 0;
function listen() {
	if (stream || document.hidden) return;
	stream = new EventSource(page.dataset.events);
	stream.addEventListener("open", () => {
		clearTimeout(lost);
		lost = 0;
		say(state, said);
		load();
	});
	stream.addEventListener("update", load);
	stream.addEventListener("error", () => {
		lost ||= setTimeout(() => say(state, "Sem conexão. Tentando de novo…"), 3000);
		// A refused stream is closed for good by the browser; a lost one it brings back itself.
		if (stream?.readyState !== EventSource.CLOSED) return;
		stream = null;
		setTimeout(listen, 5000);
	});
}

if (page.dataset.events) {
	form.addEventListener("submit", submit);
	box.addEventListener("keydown", (event) => { shifted = event.shiftKey; });
	box.addEventListener("beforeinput", enter);
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden) return listen();
		stream?.close();
		stream = null;
		clearTimeout(lost);
		lost = 0;
	});
	listen();
}
down();
