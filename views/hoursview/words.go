package hoursview

import "strconv"

// ReadOnlyWords tells who may look and not change.
const ReadOnlyWords = "Você pode ver os horários. Só a Administração pode alterá-los."

func itoa(n int) string { return strconv.Itoa(n) }
