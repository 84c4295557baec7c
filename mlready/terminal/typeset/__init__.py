"""Cards as they are printed: a page for the browser, pictures in the terminal."""
