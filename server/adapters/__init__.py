"""What stands behind the ports. One folder a port, each with its embedded one."""
