-- Measures that are no part of another: a small one hides among the other authorities of its region.
{{ hidden_figures(1) }}
