package handlers

import "strings"

// device is a word for a part of a User-Agent. Of several that fit, the first in
// its list is meant: browsers name those they want to be taken for, too.
type device struct{ part, word string }

var browsers = []device{
	{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

var systems = []device{
	{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
	{"Macintosh", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
}

// Device is a browser in words by its User-Agent: "Chrome no Windows".
func Device(userAgent string) string {
	browser := wordIn(browsers, userAgent)
	if browser == "" {
		return "Navegador desconhecido"
	}
	if system := wordIn(systems, userAgent); system != "" {
		return browser + " no " + system
	}
	return browser
}

func wordIn(all []device, userAgent string) string {
	for _, d := range all {
		if strings.Contains(userAgent, d.part) {
			return d.word
		}
	}
	return ""
}
