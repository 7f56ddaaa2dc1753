package ui

import "github.com/a-h/templ"

// SliderProps describe a share from 0 to 100 that is dragged; its children stand behind it.
type SliderProps struct {
	Field
	Value string
}

func (p SliderProps) attrs() templ.Attributes {
	return merge(templ.Attributes{"min": "0", "max": "100", "step": "5"}, p.control())
}
