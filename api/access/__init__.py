"""Who may ask what: keys, scopes, origins.

Without any key in the database the server answers this machine alone, and only pages it served itself (or those of
`--allow-origin`) may change anything. With the first key every call under `/v1` needs one, but the catalogue of codes.
"""
