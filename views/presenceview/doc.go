// Package presenceview draws who is there: the control at the sidebar's foot by which somebody says
// whether they are, and Equipe, where supervisors see it of everybody.
package presenceview
