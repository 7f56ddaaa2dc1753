// Spans in words, exactly as views/ui/format.go writes them; a browser test compares the two.
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

const pair = (n, unit, m, small) => (m ? `${n} ${unit} ${m} ${small}` : `${n} ${unit}`);

export function duration(ms) {
	ms = Math.abs(ms);
	const whole = (unit) => Math.floor(ms / unit);
	if (ms < MINUTE) return whole(1000) + " s";
	if (ms < HOUR) return whole(MINUTE) + " min";
	if (ms < DAY) return pair(whole(HOUR), "h", Math.floor((ms % HOUR) / MINUTE), "min");
	return pair(whole(DAY), whole(DAY) === 1 ? "dia" : "dias", Math.floor((ms % DAY) / HOUR), "h");
}

const up = (ms, unit) => Math.ceil(ms / unit) * unit;

export const words = {
	since: (now, at) => (now - at < MINUTE ? "agora" : "há " + duration(now - at)),
	for: (now, at) => (now - at < MINUTE ? "menos de 1 min" : duration(now - at)),
	until(now, at) {
		const left = at - now;
		if (left <= 0) return "agora";
		return "em " + duration(left <= 59_000 ? up(left, 1000) : up(left, MINUTE));
	},
};
