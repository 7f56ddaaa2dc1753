package gallery

import (
	"context"

	"semaforo/views/ui"
)

// linked are the steps as links that open the panel.
func linked(ctx context.Context) []ui.StepProps {
	all := steps("step")
	for i := range all {
		all[i].Attrs = ui.PanelLink(ctx, all[i].Href)
	}
	return all
}
