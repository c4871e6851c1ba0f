"""The functions of the ODK XForms specification."""
