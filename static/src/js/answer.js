// A part that asks anew as one types (data-answer). Where the answer never came or the server broke, what
// stands there is not about what was typed: it says so and hides the rest, until an answer comes.
import { onHtmx } from "./htmx.js";

const part = (ctx) => ctx?.sourceElement?.closest?.("[data-answer]");

onHtmx("before:request", (ctx) => part(ctx)?.removeAttribute("data-lost"));
onHtmx("error", (ctx) => part(ctx)?.setAttribute("data-lost", ""));
onHtmx("response:error", (ctx) => {
	// What was refused is told by the answer itself.
	if (ctx.response.status !== 422) part(ctx)?.setAttribute("data-lost", "");
});
