"""Windows (Qt Widgets); the only room that imports PySide6."""
