"""Practise machine learning system design interviews."""
