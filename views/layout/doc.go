// Package layout draws the frame around every page: the document's head, the sidebar, the header, the
// places for the side panel, dialogs and toasts, and the live stream's element.
//
// App is the frame of a signed-in page, Bare that of sign-in, set-up and error pages. A page is full or a
// part: handlers write the content component alone when htmx asked for a part. The context must carry the
// nonce of the answer's policy (templ.WithNonce) and the page's clock (ui.WithClock).
package layout
