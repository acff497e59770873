"""The WebSocket: Centrifugo's client protocol, served from our log. One file touches the socket: `socket.py`."""
