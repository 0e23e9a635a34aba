-- Parts of what is itself a part of a total.
{{ hidden_figures(3, above=ref('int_disclosure__hidden_parts')) }}
