"""XPath 1.0 as the ODK XForms specification uses it: lexer, parser, compiler, values."""
