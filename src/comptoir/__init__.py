"""The counter between a French accounting firm and its clients."""
