// Package noticeview draws the page of one's notices (avisos), and has the words in
// which an alert is told, whatever the way: on the page, by Web Push, by e-mail.
package noticeview
