// Package pictures holds what pages that are pictures look like: the map of the flows, the charts of the
// reports, and what the program tells in advance. Its tests open the demonstration at a moment that never
// changes and compare each picture with the committed one twice: the structure that the server draws, line by
// line, anywhere; and the bitmap, where the browser and its fonts are those that it was taken with.
// `make pictures` takes them anew, and the README's too.
package pictures
