"""Registers of who pays taxes."""
