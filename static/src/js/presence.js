// The control at the sidebar's foot: once the choice is made its menu closes, and focus goes back to its button.
import { onHtmx } from "./htmx.js";

onHtmx("after:swap", (ctx) => {
	if (ctx.target?.id !== "presence") return;
	const menu = document.getElementById("presence-menu");
	if (menu?.matches(":popover-open")) menu.hidePopover();
});
