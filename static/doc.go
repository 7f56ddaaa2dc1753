// Package static serves the browser's files: one style sheet, one ES module, the icon sprite, the
// favicons and the customer chat's own few files.
//
// The sources live in static/src; go run ./static/gen bundles them into static/dist under names that
// carry a hash of their content, with gzip and brotli siblings and a manifest. The package embeds what
// stands in dist when the program is built. Because a name changes whenever its content does, every
// asset is answered as immutable for one year.
//
// The built files are not committed; a program built without them says so (see Built).
package static
