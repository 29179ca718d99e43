"""The demo firm: invented people, documents and bank movements, made by code, the same every time."""
