-- Parts of a total that stands by itself.
{{ hidden_figures(2, above=ref('int_disclosure__hidden_totals')) }}
