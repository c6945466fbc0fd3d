"""One class per address; each method: read the input, call one service, write the output."""
