"""A firm's own plan, read from DOCX or XLSX, becomes the draft of a playbook; what was not understood is marked."""
