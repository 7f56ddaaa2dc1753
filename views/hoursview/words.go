package hoursview

import "strconv"

// ReadOnlyWords tells who may look and not change.
const ReadOnlyWords = "Você pode ver os horários. Quem altera é a Administração."

func itoa(n int) string { return strconv.Itoa(n) }
