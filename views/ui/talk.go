package ui

import "github.com/a-h/templ"

// DeskProps describe a conversation's page: the list beside it where there is
// room, the conversation, and what is known about it. The side folds behind a
// button on narrow screens.
type DeskProps struct {
	List templ.Component
	Side templ.Component
	// SideID is the side's, SideLabel its name.
	SideID, SideLabel string
}

// TalkProps describe the head of a conversation.
type TalkProps struct {
	ID string
	// Back leads to the list, BackLabel names it; Title is the customer.
	Back, BackLabel, Title string
	Status                 StatusProps
	Facts                  []Fact
	Times                  []TalkTime
	// Details is the id of the side that the button on narrow screens opens.
	Details string
	// Actions are the buttons; Notice stands under them.
	Actions, Notice templ.Component
	// Attrs make the head fetch itself (Live).
	Attrs templ.Attributes
}

// Fact is a few words with their icon.
type Fact struct {
	Icon IconName
	Text string
}

// TalkTime is a counter of the head, or words in its place.
type TalkTime struct {
	Icon IconName
	Time TimeProps
	Text string
	// Strong is the one that matters most.
	Strong bool
}

// BesideProps describe the list next to a conversation. Count below 0 shows none.
type BesideProps struct {
	ID, Title, Href string
	Count           int
	Attrs           templ.Attributes
}

// LinkLine is a line of a LinkList; without Href it is only text.
type LinkLine struct{ Text, Href, Detail string }
