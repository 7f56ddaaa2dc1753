// Package reportview draws how the store is doing: Painel, which is now, and Relatórios, which is any
// period.
package reportview
