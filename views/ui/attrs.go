package ui

import "github.com/a-h/templ"

// titleID is the id of the heading of the part with this id, which names the part.
func titleID(id string) string {
	if id == "" {
		return ""
	}
	return id + "-title"
}

func cardAttrs(id, title string, attrs templ.Attributes) templ.Attributes {
	named := optional("id", id)
	if id != "" && title != "" {
		named["aria-labelledby"] = titleID(id)
	}
	return merge(named, attrs)
}

func currentPage(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func currentStep(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "step"}
	}
	return nil
}
