"""The pricing engine behind the ports of those who ask for prices."""
