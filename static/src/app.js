// The one script of every signed-in page. Everything essential works without it: links lead to pages,
// forms post. It adds the side panel, live lists, ticking times, toasts and what a tab shows.
import "./js/htmx.js";
import "./js/clock.js";
import "./js/ask.js";
import "./js/panel.js";
import "./js/answer.js";
import "./js/guard.js";
import "./js/live.js";
import "./js/toast.js";
import "./js/tab.js";
import "./js/stream.js";
import "./js/theme.js";
import "./js/composer.js";
import "./js/thread.js";
import "./js/copy.js";
import "./js/filter.js";
import "./js/presence.js";
import "./js/check.js";
import "./js/sound.js";
import "./js/push.js";
