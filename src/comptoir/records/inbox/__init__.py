"""Mail that comes in with documents: the addresses it comes to, who may send, what waits for a person's word."""
