// <script src="https://semaforo.example/embed.js" data-store="minha-loja" async></script> puts a button on a
// shop's page that opens the chat; data-label names the button, data-channel another chat of the store. It
// touches nothing of that page: all it draws is in a shadow tree.
const script = document.currentScript;
const origin = new URL(script.src).origin;
const store = script.dataset.store ?? "";
const channel = script.dataset.channel ?? "";
const label = script.dataset.label ?? "Falar com a loja";

const css = `
:host { all: initial; }
button { position: fixed; right: 16px; bottom: 16px; z-index: 2147483646; min-width: 56px; height: 56px; padding: 0 20px; border: 0; border-radius: 28px; background: #1f4f8f; color: #fff; font: 600 16px/1 system-ui, sans-serif; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); }
button:focus-visible { outline: 3px solid #1f4f8f; outline-offset: 3px; }
button[data-new]::after { content: ""; position: absolute; top: 2px; right: 2px; width: 14px; height: 14px; border-radius: 50%; background: #c8321f; border: 2px solid #fff; }
iframe { position: fixed; right: 16px; bottom: 84px; z-index: 2147483646; width: min(380px, calc(100vw - 32px)); height: min(600px, calc(100vh - 100px)); border: 0; border-radius: 12px; background: #fff; box-shadow: 0 8px 32px rgb(0 0 0 / 30%); }
iframe[hidden] { display: none; }
@media (max-width: 480px) { iframe { right: 0; bottom: 0; width: 100vw; height: 100dvh; border-radius: 0; } button[aria-expanded="true"] { z-index: 2147483647; top: 8px; bottom: auto; right: 8px; min-width: 44px; height: 44px; padding: 0 14px; } }
`;

function start() {
	const host = document.createElement("div");
	host.id = "semaforo-chat";
	const root = host.attachShadow({ mode: "closed" });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	root.adoptedStyleSheets = [sheet];

	const button = document.createElement("button");
	button.type = "button";
	let frame = null;
	const name = (open) => {
		button.textContent = open ? "Fechar" : label;
		button.setAttribute("aria-expanded", String(open));
	};
	const toggle = () => {
		if (!frame) {
			frame = document.createElement("iframe");
			frame.title = label;
			frame.src = `${origin}/chat/${encodeURIComponent(store)}?embed=1` + (channel && `&canal=${encodeURIComponent(channel)}`);
			frame.hidden = true;
			root.append(frame);
		}
		frame.hidden = !frame.hidden;
		delete button.dataset.new;
		name(!frame.hidden);
		(frame.hidden ? button : frame).focus();
	};
	button.addEventListener("click", toggle);
	host.addEventListener("keydown", (event) => { if (event.key === "Escape" && frame && !frame.hidden) toggle(); });
	addEventListener("message", (event) => {
		if (event.origin === origin && event.data?.semaforo === "message" && frame?.hidden) button.dataset.new = "";
	});
	name(false);
	root.append(button);
	document.body.append(host);
}

if (store && !document.getElementById("semaforo-chat")) {
	if (document.body) start();
	else addEventListener("DOMContentLoaded", start);
}
