"""Icon sets: vector files of others as a second source of drawn objects."""
