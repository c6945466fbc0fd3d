"""Pages of patients. No sign-in; a cookie with a random token is all that a browser keeps."""
