"""What stands behind the port of identity providers: any that speaks OpenID Connect."""
