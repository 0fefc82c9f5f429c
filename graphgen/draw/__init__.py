"""What a story or a scene tells -> what is seen: keyframes of elements, and what makes them."""
