"""The brain that speaks and judges with a language model, and believes none of its words."""
