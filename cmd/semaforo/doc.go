// Command semaforo runs the whole system, and what an operator needs around it.
package main
