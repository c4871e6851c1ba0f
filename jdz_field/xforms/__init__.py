"""The XForms engine: definitions, XPath, sessions."""
