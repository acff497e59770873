"""What others read of us, computed from operations and channels: OpenAPI, AsyncAPI, TypeScript, a list."""
