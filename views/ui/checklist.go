package ui

// ChecklistItem is one thing to do: what, why, and where.
type ChecklistItem struct {
	ID, Title, Text string
	Done            bool
	// Href and Link lead to where it is done.
	Href, Link string
}

func (i ChecklistItem) icon() IconName {
	if i.Done {
		return IconCircleCheck
	}
	return IconCircle
}

func (i ChecklistItem) word() string {
	if i.Done {
		return "Feito"
	}
	return "Falta"
}

// next is the first item that is not done, whose link asks for attention; -1 where all are.
func next(items []ChecklistItem) int {
	for i, item := range items {
		if !item.Done {
			return i
		}
	}
	return -1
}

func linkVariant(items []ChecklistItem, i int) Variant {
	if i == next(items) {
		return Primary
	}
	return Secondary
}
