"""HTTP: the same operations as the WebSocket, as routes under /api/v1, with the same answers and refusals."""
