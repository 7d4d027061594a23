"""One QObject per screen: typed properties out, slots in, no decisions."""
