"""The settings: each tab has a `<tab>_state.py` and a `<tab>_view.py`, which declares it; `tabs.py` lists them."""
