"""The portal's API: translates JSON to services and their refusals to problem details, decides nothing."""
